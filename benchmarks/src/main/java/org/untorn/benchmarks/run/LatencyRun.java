// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.untorn.irq.Cpu;
import org.untorn.irq.Irq;
import org.untorn.irq.MoveResult;
import org.untorn.irq.OfflineResult;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;

/**
 * From the moment an interrupt was to be raised to the start of the run that answers it. One thread raises on a schedule
 * and, between raises, disturbs on another; a second one owns both CPUs.
 *
 * <p>The i-th raise is due at a time that is computed, not read when it happens, and its run answers for every raise that
 * is due up to there. So a raiser that is late (because it moves, or was suspended), or a raise that finds the last one
 * pending, counts with all the time it waited: no omission is coordinated with what is measured.
 */
final class LatencyRun {
    /** What happens meanwhile. */
    enum Disturbance {
        NONE("undisturbed", 0),
        MOVES_1000("1,000 moves/s", 1_000),
        MOVES_100000("100,000 moves/s", 100_000),
        /** Takes the CPU with the interrupt and its neighbours offline, brings the other one back first. */
        OFFLINE("1,000 offlines/s", 1_000);

        final String title;
        final int perSecond;

        Disturbance(String title, int perSecond) {
            this.title = title;
            this.perSecond = perSecond;
        }
    }

    /** What the owner does when it finds nothing. */
    enum Idle {
        SPIN("busy-spin", 100_000),
        PARK("parking", 10_000);

        final String title;
        final int raisesPerSecond; // so that the one is not always awake

        Idle(String title, int raisesPerSecond) {
            this.title = title;
            this.raisesPerSecond = raisesPerSecond;
        }
    }

    private static final int NEIGHBOURS = 15;
    private static final int STRIDE = 16; // longs
    private static final int DIGITS = 3;
    private static final VarHandle POSTED =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final Disturbance disturbance;
    private final Idle idle;
    private final VectorDomain domain = VectorDomain.ofCpus(2);
    private final Cpu[] cpus = {domain.cpu(0), domain.cpu(1)};
    private final CpuMask[] masks = {CpuMask.of(0), CpuMask.of(1)};
    private final Irq irq;
    private final long interval; // between raises, nanoseconds
    private final Histogram histogram = new Histogram(DIGITS); // owner
    private final long[] posted = new long[STRIDE + 1 + STRIDE]; // how many raises; written: raiser
    private volatile long answered; // how many raises; written: owner
    private long unrecorded; // the first ones, which warm up
    private long start; // when the first raise is due
    private volatile boolean stop;
    private long disturbed; // raiser
    private long refused; // raiser

    LatencyRun(Disturbance disturbance, Idle idle) {
        this.disturbance = disturbance;
        this.idle = idle;
        interval = 1_000_000_000L / idle.raisesPerSecond;
        irq = domain.irq(source -> answer()).affinity(masks[0]).open().orElseThrow();
        for (int i = 0; i < NEIGHBOURS; i++) {
            domain.irq(source -> {}).affinity(masks[0]).open().orElseThrow();
        }
    }

    private void answer() {
        long now = System.nanoTime();
        long upTo = (long) POSTED.getOpaque(posted, STRIDE);
        for (long i = Math.max(answered, unrecorded); i < upTo; i++) {
            histogram.recordValue(Math.max(0, now - (start + i * interval)));
        }
        answered = upTo;
    }

    /** Raises for a time; the first tenth is not recorded. */
    Histogram run(Duration time) throws InterruptedException {
        CountDownLatch claimed = new CountDownLatch(1);
        Thread owner = new Thread(() -> pollUntilStopped(claimed), "owner");
        owner.setDaemon(true);
        unrecorded = time.toNanos() / 10 / interval;
        owner.start();
        claimed.await();
        start = System.nanoTime() + 1_000_000; // published by the first raise
        raiseUntil(start + time.toNanos());
        stop = true;
        LockSupport.unpark(owner);
        owner.join();
        return histogram;
    }

    /** How often it was disturbed. */
    long disturbed() {
        return disturbed;
    }

    /** How often a move was busy or an offline had to wait. */
    long refused() {
        return refused;
    }

    private void raiseUntil(long end) {
        long pause = disturbance.perSecond == 0 ? 0 : 1_000_000_000L / disturbance.perSecond;
        long nextRaise = start;
        long nextDisturbance = start + pause / 2;
        long raises = 0;
        for (long now = System.nanoTime(); now - end < 0 || raises <= unrecorded; now = System.nanoTime()) {
            if (now - nextRaise >= 0) {
                POSTED.setOpaque(posted, STRIDE, ++raises);
                irq.raise();
                nextRaise += interval;
            } else if (pause != 0 && now - nextDisturbance >= 0) {
                disturb();
                nextDisturbance +=
                        pause * (1 + (now - nextDisturbance) / pause); // those that were missed are not made up for
            } else {
                Thread.onSpinWait();
            }
        }
        while (answered < raises) {
            Thread.yield();
        }
    }

    private void disturb() {
        int here = irq.target().cpu();
        boolean done;
        if (disturbance == Disturbance.OFFLINE) {
            cpus[1 - here].online();
            done = cpus[here].offline().status() == OfflineResult.Status.DONE;
        } else {
            done = irq.setAffinity(masks[1 - here]) == MoveResult.MOVED;
        }
        disturbed++;
        refused += done ? 0 : 1;
    }

    private void pollUntilStopped(CountDownLatch claimed) {
        for (Cpu cpu : cpus) {
            if (!cpu.claim()) {
                throw new IllegalStateException(cpu + " has an owner: " + cpu.owner());
            }
        }
        claimed.countDown();
        while (!stop) {
            if (cpus[0].poll() + cpus[1].poll() == 0) {
                if (idle == Idle.SPIN) {
                    Thread.onSpinWait();
                } else {
                    sleep();
                }
            }
        }
        for (Cpu cpu : cpus) {
            cpu.release();
        }
    }

    private void sleep() {
        if (cpus[0].announceSleep()) {
            if (cpus[1].announceSleep()) {
                if (!stop) {
                    LockSupport.park(this);
                }
                cpus[1].endSleep();
            }
            cpus[0].endSleep();
        }
    }
}
