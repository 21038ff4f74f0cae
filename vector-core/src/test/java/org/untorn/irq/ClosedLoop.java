// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.untorn.matrix.CpuMask;

/**
 * A device in closed loop, while its interrupt is moved without pause: raise, wait for a run that starts after it,
 * raise again. If none comes although nothing is pending anywhere, that raise is lost. (In an open loop the next raise
 * would hide the loss.)
 *
 * <p>The device raises the interrupt that the mover is at. The mover goes through a list of moves again and again.
 * Either the mover owns and polls all CPUs (two threads, and the only way for a protocol that stops the old CPU), or
 * other threads do, one or two.
 *
 * <p>Payloads are plain fields, so a raise that does not publish is seen as a loss too.
 */
public final class ClosedLoop {
    /** How moves are made: through one of the library's protocols, or a control. */
    public interface Protocols extends UnaryOperator<VectorDomain.IrqBuilder> {}

    /** What was counted. */
    public record Result(
            long raises,
            long runs,
            long moves,
            long busy,
            long unchanged,
            long refused,
            long lost,
            long spurious,
            long overlaps,
            long moverNanos,
            long moverBytes,
            long deviceBytes) {}

    private static final int STRIDE = 16;
    private static final int SPINS_BEFORE_YIELD = 2_000;
    private static final long NANOS_BEFORE_DOUBT = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int MAX_PAUSE = 1 << 11; // turns of an empty loop, about twice the time of a move and a poll
    private static final int ROUNDS_PER_YIELD = 256;
    private static final int IDLE_ROUNDS = 3; // two that began after the raise
    private static final VarHandle LONGS =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final VectorDomain domain;
    private final Irq[] irqs;
    private final CpuMask[] masks;
    private final int[] moveIrq;
    private final int[] moveCpu;
    private final int pollers; // 0: the mover polls

    // a cell each STRIDE longs
    private final long[] posted; // plain: written by the device before it raises, read by the handler
    private final long[] seen; // opaque
    private final long[] running; // opaque
    private final long[] idleRounds; // opaque: of each polling thread
    private final long[] spurious; // opaque: of each interrupt, written in its handler only
    private final long[] overlaps;
    private volatile int target; // the interrupt the mover is at
    private volatile boolean stop;
    private volatile boolean pauseMoves; // written: device
    private volatile boolean movesPaused; // written: mover
    private volatile boolean movesDone;

    private long raises;
    private long lost;
    private long moves;
    private long busy;
    private long unchanged;
    private long refused;
    private long moverNanos;
    private long moverBytes;
    private long deviceBytes;

    /**
     * @param cpus number of CPUs
     * @param startCpu where each interrupt starts
     * @param moveIrq the interrupt of each move
     * @param moveCpu the CPU of each move
     * @param pollers 0 if the mover polls, else the number of polling threads
     */
    public ClosedLoop(int cpus, int[] startCpu, int[] moveIrq, int[] moveCpu, int pollers, Protocols protocol) {
        domain = VectorDomain.ofCpus(cpus);
        irqs = new Irq[startCpu.length];
        masks = new CpuMask[cpus];
        for (int cpu = 0; cpu < cpus; cpu++) {
            masks[cpu] = CpuMask.of(cpu);
        }
        posted = new long[irqs.length * STRIDE + STRIDE];
        seen = posted.clone();
        running = posted.clone();
        spurious = posted.clone();
        overlaps = posted.clone();
        idleRounds = new long[(Math.max(1, pollers) + 1) * STRIDE];
        this.moveIrq = moveIrq;
        this.moveCpu = moveCpu;
        this.pollers = pollers;
        for (int irq = 0; irq < irqs.length; irq++) {
            int cell = (irq + 1) * STRIDE;
            irqs[irq] = protocol.apply(domain.irq(source -> serve(cell)).name("irq" + irq))
                    .affinity(masks[startCpu[irq]])
                    .open()
                    .orElseThrow();
        }
    }

    /**
     * One interrupt that goes to and fro between vector 33 of CPU 0 and vector 32 of CPU 1. Another one stays on vector
     * 32 of CPU 0: two CPUs that hand out the same vector have nothing to tear.
     */
    public static ClosedLoop pingPong(int pollers, Protocols protocol) {
        return new ClosedLoop(2, new int[] {0, 0}, new int[] {1, 1}, new int[] {1, 0}, pollers, protocol);
    }

    /** Runs for a time, or until something was lost if that is all one wants to know. */
    public Result run(Duration time, boolean stopAtFirstLoss) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int poller = 0; poller < pollers; poller++) {
            int id = poller;
            threads.add(thread("poller-" + id, failure, () -> pollUntilStopped(id)));
        }
        threads.add(thread("mover", failure, this::moveUntilStopped));
        threads.add(thread("device", failure, () -> raiseUntilStopped(stopAtFirstLoss)));
        threads.forEach(Thread::start);
        long deadline = System.nanoTime() + time.toNanos();
        while (!stop && failure.get() == null && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        stop = true;
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(20));
            if (thread.isAlive()) {
                throw new AssertionError("stuck:\n" + ThreadDump.take());
            }
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        long runs = 0;
        for (Irq irq : irqs) {
            runs += irq.runs();
        }
        return new Result(
                raises,
                runs,
                moves,
                busy,
                unchanged,
                refused,
                lost,
                sum(spurious),
                sum(overlaps),
                moverNanos,
                moverBytes,
                deviceBytes);
    }

    /** The domain, to look at after a run. */
    public VectorDomain domain() {
        return domain;
    }

    private Thread thread(String name, AtomicReference<Throwable> failure, Runnable body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (Throwable error) {
                        failure.compareAndSet(null, error);
                        stop = true;
                    }
                },
                name);
        thread.setDaemon(true);
        return thread;
    }

    // ---- handler ----

    private void serve(int cell) {
        if (getOpaque(running, cell) != 0L) {
            setOpaque(overlaps, cell, getOpaque(overlaps, cell) + 1);
        }
        setOpaque(running, cell, 1L);
        long payload = posted[cell];
        if (payload == getOpaque(seen, cell)) {
            setOpaque(spurious, cell, getOpaque(spurious, cell) + 1);
        } else {
            setOpaque(seen, cell, payload);
        }
        setOpaque(running, cell, 0L);
    }

    // ---- device ----

    private void raiseUntilStopped(boolean stopAtFirstLoss) {
        long bytes = allocatedBytes();
        long random = 88172645463325252L;
        while (!stop) {
            random = spinAtRandom(random);
            int irq = target;
            int cell = (irq + 1) * STRIDE;
            long payload = posted[cell] + 1;
            posted[cell] = payload;
            irqs[irq].raise();
            raises++;
            if (!awaitRun(cell, payload)) {
                lost++;
                stop |= stopAtFirstLoss;
            }
        }
        deviceBytes = allocatedBytes() - bytes;
    }

    /** Without it the device falls into step with the mover that polls, and never meets a move half done. */
    private static long spinAtRandom(long random) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        for (int spin = (int) random & MAX_PAUSE - 1; spin > 0; spin--) {
            VarHandle.loadLoadFence(); // keeps the loop, costs nothing
        }
        return random;
    }

    /** Whether a run saw the payload; false once nothing is pending anywhere and it did not. */
    private boolean awaitRun(int cell, long payload) {
        for (int spin = 0; spin < SPINS_BEFORE_YIELD; spin++) {
            if (getOpaque(seen, cell) == payload) {
                return true;
            }
            Thread.onSpinWait();
        }
        long doubt = System.nanoTime() + NANOS_BEFORE_DOUBT;
        while (System.nanoTime() < doubt) {
            if (getOpaque(seen, cell) == payload) {
                return true;
            }
            Thread.yield(); // there may be more threads than cores
        }
        pauseMoves = true; // a mover in the middle of a move may hold what was pending
        try {
            while (!movesPaused) {
                if (getOpaque(seen, cell) == payload) {
                    return true;
                }
                Thread.yield();
            }
            for (int pass = 0; pass < 2; pass++) { // the first may have passed a bit on to a CPU that was idle before
                for (int poller = 0; poller < Math.max(1, pollers); poller++) {
                    long idle = getOpaque(idleRounds, poller * STRIDE) + IDLE_ROUNDS;
                    while (getOpaque(idleRounds, poller * STRIDE) < idle) {
                        if (getOpaque(seen, cell) == payload) {
                            return true;
                        }
                        Thread.yield();
                    }
                }
            }
        } finally {
            pauseMoves = false;
        }
        VarHandle.fullFence();
        return getOpaque(seen, cell) == payload;
    }

    // ---- mover ----

    private void moveUntilStopped() {
        if (pollers == 0) {
            for (int cpu = 0; cpu < domain.cpus(); cpu++) {
                claim(cpu);
            }
        }
        long bytes = allocatedBytes();
        long start = System.nanoTime();
        int rounds = 0;
        for (int step = 0; !stop; step = step + 1 == moveIrq.length ? 0 : step + 1) {
            movesPaused = pauseMoves;
            while (movesPaused && pauseMoves) {
                if (pollers == 0) {
                    pollRound(0, 0, 1);
                }
                Thread.yield();
            }
            if ((++rounds & ROUNDS_PER_YIELD - 1) == 0) {
                Thread.yield(); // to the device, should it share this core
            }
            int irq = moveIrq[step];
            target = irq;
            MoveResult result = irqs[irq].setAffinity(masks[moveCpu[step]]);
            switch (result) {
                case MOVED -> moves++;
                case BUSY -> {
                    busy++;
                    Thread.yield(); // to the owner that has to release the old vector
                }
                case UNCHANGED -> unchanged++;
                default -> refused++;
            }
            if (pollers == 0) {
                pollRound(0, 0, 1);
            }
        }
        moverNanos = System.nanoTime() - start;
        moverBytes = allocatedBytes() - bytes;
        movesPaused = true;
        movesDone = true;
        if (pollers == 0) {
            drain(0, 1);
        }
    }

    // ---- owners ----

    private void pollUntilStopped(int id) {
        for (int cpu = id; cpu < domain.cpus(); cpu += pollers) {
            claim(cpu);
        }
        while (!stop) {
            pollRound(id, id, pollers);
        }
        drain(id, pollers);
    }

    /** The device may wait for a run still when all is to stop: poll until it cannot. */
    private void drain(int first, int step) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
        while (System.nanoTime() < end || !movesDone) {
            pollRound(first, first, step);
        }
        for (int cpu = first; cpu < domain.cpus(); cpu += step) {
            domain.cpu(cpu).release();
        }
    }

    private void pollRound(int poller, int first, int step) {
        int runs = 0;
        for (int cpu = first; cpu < domain.cpus(); cpu += step) {
            runs += domain.cpu(cpu).poll();
        }
        boolean idle = runs == 0;
        for (int cpu = 0; idle && cpu < domain.cpus(); cpu++) {
            idle = domain.cpu(cpu).pending().isEmpty();
        }
        if (idle) {
            if (pollers > 0) {
                Thread.yield();
            }
            setOpaque(idleRounds, poller * STRIDE, getOpaque(idleRounds, poller * STRIDE) + 1);
        }
    }

    private void claim(int cpu) {
        while (!domain.cpu(cpu).claim()) {
            Thread.yield(); // a mover does the work of the owner that is still missing
        }
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    private static long sum(long[] cells) {
        long sum = 0;
        for (long cell : cells) {
            sum += cell;
        }
        return sum;
    }

    private static long getOpaque(long[] cells, int cell) {
        return (long) LONGS.getOpaque(cells, cell);
    }

    private static void setOpaque(long[] cells, int cell, long value) {
        LONGS.setOpaque(cells, cell, value);
    }
}
