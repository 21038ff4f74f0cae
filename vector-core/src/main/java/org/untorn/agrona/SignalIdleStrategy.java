// SPDX-License-Identifier: Apache-2.0
package org.untorn.agrona;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;
import org.untorn.irq.Cpu;

/**
 * Spins, yields, then parks until an interrupt is raised, instead of for a fixed time: an idle agent costs next to
 * nothing, and wakes as fast as a thread can be woken.
 *
 * <p><b>Roles.</b> One thread: the owner of its CPUs, claimed without a {@link org.untorn.irq.Waker}, as {@link CpuAgent}
 * does. Not to be shared by two threads.
 *
 * <p>It does not park for ever: an {@code AgentRunner} that is closed tells nobody, and looks for itself when its agent
 * has idled. The longest park bounds how long that takes. It is also how often the other parts of a composite agent have
 * their duty cycle, those which nothing wakes.
 */
@SuppressWarnings("exports") // who uses it has Agrona
public final class SignalIdleStrategy implements IdleStrategy {
    /** The longest park without a signal, unless another is given: 100 ms, nanoseconds. */
    public static final long DEFAULT_MAX_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int SPINS = 100;
    private static final int YIELDS = 10;
    private static final long BACK_OFF_NANOS = 50_000; // until a run elsewhere has ended

    private final long maxParkNanos;
    private final Cpu[] cpus;
    private int rounds; // since there was work

    /**
     * As {@link #SignalIdleStrategy(long, Cpu...)}, with {@link #DEFAULT_MAX_PARK_NANOS}.
     *
     * @param cpus those that the thread owns
     * @throws IllegalArgumentException if there is none
     */
    public SignalIdleStrategy(Cpu... cpus) {
        this(DEFAULT_MAX_PARK_NANOS, cpus);
    }

    /**
     * Makes a strategy.
     *
     * @param maxParkNanos how long to park at most without a signal, nanoseconds, 1 or more
     * @param cpus those that the thread owns: a signal for any of them wakes it
     * @throws IllegalArgumentException if the time is below 1, or there is no CPU
     */
    public SignalIdleStrategy(long maxParkNanos, Cpu... cpus) {
        if (maxParkNanos < 1 || cpus.length == 0) {
            throw new IllegalArgumentException(
                    "maxParkNanos=" + maxParkNanos + ", minimum=1, cpus=" + cpus.length + ", minimum=1");
        }
        this.maxParkNanos = maxParkNanos;
        this.cpus = cpus.clone();
    }

    /**
     * Idles if there was no work.
     *
     * @param workCount above 0 if there was
     * @throws IllegalStateException if the calling thread does not own the CPUs, or is inside a handler
     */
    @Override
    public void idle(int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    /**
     * Idles, one step further than the call before.
     *
     * @throws IllegalStateException if the calling thread does not own the CPUs, or is inside a handler
     */
    @Override
    public void idle() {
        if (rounds < SPINS) {
            rounds++;
            Thread.onSpinWait();
        } else if (rounds < SPINS + YIELDS) {
            rounds++;
            Thread.yield();
        } else {
            park();
        }
    }

    private void park() {
        int announced = 0;
        try {
            while (announced < cpus.length && cpus[announced].announceSleep()) {
                announced++;
            }
            if (announced == cpus.length) {
                LockSupport.parkNanos(this, maxParkNanos);
                rounds = SPINS + YIELDS; // if there is no work now, park again
            } else if (rounds++ > SPINS + YIELDS) { // polled since, and it is pending still: it runs elsewhere
                LockSupport.parkNanos(this, BACK_OFF_NANOS);
            }
        } finally {
            while (announced > 0) {
                cpus[--announced].endSleep();
            }
        }
    }

    /** There was work: the next idle begins by spinning. */
    @Override
    public void reset() {
        rounds = 0;
    }

    /**
     * Its name among Agrona's.
     *
     * @return {@code signal}
     */
    @Override
    public String alias() {
        return "signal";
    }
}
