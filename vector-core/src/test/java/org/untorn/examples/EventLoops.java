// SPDX-License-Identifier: Apache-2.0
package org.untorn.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.untorn.irq.Irq;
import org.untorn.irq.MoveResult;
import org.untorn.irq.OfflineResult;
import org.untorn.irq.RaiseResult;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;

/**
 * Shows how event loops hand live connections to each other: an echo server of several loops, each a thread with a
 * selector, where any thread may move any connection at any time. Every byte arrives once and in order, every task runs
 * once and in order (what <a href="https://github.com/netty/netty/issues/1799">netty #1799</a> asks for).
 *
 * <p>A loop owns a CPU; a connection has an interrupt, which says "there is something to do". Whoever finds that raises
 * it: a selector that finds the connection ready, a thread that has given it a task, a thread that has moved it. The
 * handler does all there is to do. It runs on the loop whose CPU the interrupt is on, never on two at once, so nothing of
 * the connection needs a lock.
 *
 * <p>Readiness follows the interrupt. A selector reports a connection once: the loop disarms the key and raises. Each run
 * ends with arming the key of the loop it runs on; the first one after a move disarms that of the loop before. Until then
 * the old selector goes on watching, and what it finds is raised at the new place. A disarmed key stays where it is for
 * the next time: to cancel it and register again takes a select in between.
 */
public class EventLoops implements AutoCloseable {
    private static final int BUFFER_BYTES = 4096;

    private final VectorDomain domain;
    private final List<Loop> loops = new ArrayList<>();

    /** A thread with a selector that owns a CPU. */
    public final class Loop extends Thread {
        private final int cpu;
        final Selector selector = Selector.open();

        private Loop(int cpu) throws IOException {
            super("loop-" + cpu);
            this.cpu = cpu;
        }

        @Override
        public void run() {
            try (selector) {
                while (!domain.cpu(cpu).claim(selector::wakeup)) {
                    Thread.onSpinWait(); // who moves something may stand in for an owner that is missing
                }
                while (!domain.isClosed()) {
                    select(this);
                    for (SelectionKey key : selector.selectedKeys()) {
                        try {
                            key.interestOps(0); // until the run that this raise leads to
                        } catch (CancelledKeyException closed) {
                            continue; // the connection, on another loop
                        }
                        ready((Connection) key.attachment());
                    }
                    selector.selectedKeys().clear();
                    domain.cpu(cpu).poll();
                }
                domain.cpu(cpu).release();
            } catch (IOException thrown) {
                throw new IllegalStateException(thrown);
            }
        }
    }

    /** A connection that sends back what it is sent. */
    public final class Connection {
        final Irq irq;
        private final SocketChannel channel;
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

        // in the handler only
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        private SelectionKey armed; // of the loop that ran it last

        private Connection(SocketChannel channel) {
            this.channel = channel;
            irq = domain.irq(source -> run()).name("connection").open().orElseThrow();
        }

        /** Runs a task on the loop that the connection is on by then; false if it is closed. Any thread. */
        public boolean execute(Runnable task) {
            tasks.add(task);
            return irq.raise() != RaiseResult.CLOSED;
        }

        /** Moves the connection. Any thread. */
        public MoveResult moveTo(int loop) {
            MoveResult result = irq.setAffinity(CpuMask.of(loop));
            if (result == MoveResult.MOVED) {
                irq.raise(); // so that the new loop arms its own selector
            }
            return result;
        }

        void run() throws IOException {
            if (irq == null) {
                return; // a stray for whoever had the vector before, while it is being opened
            }
            Loop here = (Loop) Thread.currentThread();
            SelectionKey key = channel.keyFor(here.selector);
            if (key == null) {
                key = channel.register(here.selector, 0, this);
            }
            if (armed != key && armed != null) {
                armed.interestOps(0);
            }
            armed = key;
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            boolean open = false;
            try {
                open = echo();
            } finally {
                if (open) {
                    key.interestOps(buffer.position() == 0 ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
                } else {
                    channel.close();
                    irq.close();
                }
            }
        }

        /** Sends back all there is, as far as the other side takes it; false at the end of the stream. */
        private boolean echo() throws IOException {
            for (; ; ) {
                int read = buffer.position() == 0 ? channel.read(buffer) : 0;
                buffer.flip();
                int written = channel.write(buffer);
                buffer.compact();
                if (read <= 0 && written == 0) {
                    return read == 0;
                }
            }
        }
    }

    /** Starts that many loops; errors is told what a connection ran into. */
    EventLoops(int count, Consumer<? super Throwable> errors) throws IOException {
        domain = VectorDomain.builder(count)
                .errorHandler((irq, error) -> errors.accept(error))
                .build();
        for (int cpu = 0; cpu < count; cpu++) {
            loops.add(new Loop(cpu));
        }
        loops.forEach(Thread::start);
    }

    /** Sleeps until a channel is ready or an interrupt was raised; does not sleep if one is pending. */
    void select(Loop loop) throws IOException {
        if (domain.cpu(loop.cpu).announceSleep()) {
            try {
                loop.selector.select();
            } finally {
                domain.cpu(loop.cpu).endSleep();
            }
        } else {
            loop.selector.selectNow();
        }
    }

    /** A selector has found the connection ready: on the loop it is on, or was on before it was moved. */
    void ready(Connection connection) throws IOException {
        connection.irq.raise();
    }

    /** Serves a channel from now on. Any thread. */
    public Connection serve(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        Connection connection = new Connection(channel);
        connection.irq.raise(); // the first run arms it
        return connection;
    }

    /**
     * Takes a loop out of service: its connections go to the others. Its thread stays, for what its selector still finds
     * and for when it is put back.
     */
    public OfflineResult retire(int loop, List<Connection> connections) {
        OfflineResult result = domain.cpu(loop).offline();
        connections.forEach(connection -> connection.irq.raise()); // as after each move
        return result;
    }

    /** Puts a loop back into service. */
    public void restore(int loop) {
        domain.cpu(loop).online();
    }

    @Override
    public void close() {
        domain.close();
    }

    /** Two loops, one connection that sends a line and reads it back, while it is moved to and fro. */
    public static void main(String[] args) throws IOException {
        try (EventLoops loops = new EventLoops(2, Throwable::printStackTrace);
                ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel client = SocketChannel.open(server.getLocalAddress())) {
            Connection connection = loops.serve(server.accept());
            ByteBuffer answer = ByteBuffer.allocate(8);
            for (int i = 0; i < 4; i++) {
                connection.moveTo(i & 1);
                connection.execute(() ->
                        System.out.println("task on " + Thread.currentThread().getName()));
                client.write(ByteBuffer.allocate(8).putLong(0, i));
                while (answer.hasRemaining()) {
                    client.read(answer);
                }
                System.out.println("echo of " + answer.getLong(0));
                answer.clear();
            }
        }
    }
}
