// SPDX-License-Identifier: Apache-2.0
package org.untorn.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.untorn.irq.MoveResult;

/** Clients send and wait for the echo, in closed loop, while all their connections are moved without pause. */
class EventLoopsTest {
    private static final int CLIENTS = 3;
    private static final int MAX_BYTES = 64 << 10; // more than the server's send buffer takes
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int IMPATIENCE_MILLIS = 1_000; // with a control
    private static final int MOVES_PER_RETIREMENT = 100;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean stop;
    private long moves;
    private long retirements;
    private long bytes;

    @Test
    void connectionsMovedWithoutPause_everyByteOnceAndInOrder_everyTaskToo() throws Exception {
        run(new EventLoops(2, this::failed), 2_000, PATIENCE_MILLIS);
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        System.out.println("event loops: bytes=" + bytes + ", moves=" + moves + ", retirements=" + retirements);
        assertTrue(bytes > 0 && moves > 0 && retirements > 0);
    }

    @Test
    void sleepThatIsNotAnnounced_isSeenToHang() throws Exception {
        run(
                new EventLoops(2, this::failed) {
                    @Override
                    void select(Loop loop) throws IOException {
                        loop.selector.select();
                    }
                },
                60_000,
                IMPATIENCE_MILLIS);
        assertInstanceOf(SocketTimeoutException.class, failure.get());
    }

    /** What an event loop without interrupts does: it serves what its own selector finds. */
    @Test
    void readinessThatIsServedWhereItWasFound_isSeenToTear() throws Exception {
        run(
                new EventLoops(2, this::failed) {
                    @Override
                    void ready(Connection connection) {
                        try {
                            connection.run();
                        } catch (Throwable thrown) {
                            failed(thrown);
                        }
                    }
                },
                60_000,
                IMPATIENCE_MILLIS);
        assertNotNull(failure.get(), "this harness does not see it");
        System.out.println("event loops, readiness served where it was found: " + failure.get());
    }

    private void run(EventLoops loops, long millis, int patienceMillis) throws Exception {
        List<Thread> clients = new ArrayList<>();
        List<EventLoops.Connection> connections = new ArrayList<>();
        List<Socket> sockets = new ArrayList<>();
        long[] tasksSent = new long[CLIENTS];
        long[] tasksRun = new long[CLIENTS]; // written in the connection's handler
        try (loops;
                ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            for (int client = 0; client < CLIENTS; client++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(4096);
                socket.setSoTimeout(patienceMillis);
                socket.connect(server.getLocalAddress());
                SocketChannel accepted = server.accept();
                accepted.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
                connections.add(loops.serve(accepted));
                sockets.add(socket);
                int seed = client;
                clients.add(thread(() -> sendUntilStopped(socket, seed), "client-" + client));
            }
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            for (int to = 1; failure.get() == null && System.nanoTime() - end < 0; to = 1 - to) {
                for (int client = 0; client < CLIENTS; client++) {
                    long task = tasksSent[client]++;
                    int id = client;
                    EventLoops.Connection connection = connections.get(client);
                    connection.execute(() -> check(task, tasksRun[id]++));
                    moves += connection.moveTo(to) == MoveResult.MOVED ? 1 : 0;
                }
                if (moves / MOVES_PER_RETIREMENT > retirements) {
                    loops.retire(to, connections);
                    retirements++;
                    loops.restore(to);
                }
                LockSupport.parkNanos(50_000);
            }
            stop = true;
            for (Thread client : clients) {
                client.join();
            }
            if (failure.get() == null) {
                CountDownLatch allRun = new CountDownLatch(CLIENTS);
                connections.forEach(connection -> assertTrue(connection.execute(allRun::countDown)));
                assertTrue(allRun.await(patienceMillis, TimeUnit.MILLISECONDS));
                assertArrayEquals(tasksSent, tasksRun);
            }
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private void failed(Throwable thrown) {
        failure.compareAndSet(null, thrown);
    }

    private void check(long expected, long actual) {
        if (expected != actual) {
            failed(new AssertionError("task=" + actual + ", expected=" + expected));
        }
    }

    private void sendUntilStopped(Socket socket, int seed) throws IOException {
        Random random = new Random(seed);
        byte[] sent = new byte[MAX_BYTES];
        long total = 0;
        while (!stop || total == 0) {
            int size = random.nextInt(8) == 0 ? 1 + random.nextInt(MAX_BYTES) : 1 + random.nextInt(64);
            for (int i = 0; i < size; i++) {
                sent[i] = (byte) ((total + i) % 251);
            }
            socket.getOutputStream().write(sent, 0, size);
            byte[] echo = socket.getInputStream().readNBytes(size);
            assertEquals(size, echo.length, "end of stream");
            for (int i = 0; i < size; i++) {
                assertEquals(sent[i], echo[i], "byte");
            }
            total += size;
        }
        synchronized (this) {
            bytes += total;
        }
    }

    private interface Body {
        void run() throws IOException;
    }

    private Thread thread(Body body, String name) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (Throwable thrown) {
                        failed(thrown);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
