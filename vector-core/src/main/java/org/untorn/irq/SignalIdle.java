// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.concurrent.locks.LockSupport;

/**
 * What an owner does after a poll that found nothing: spins for a while, then yields, then sleeps until an interrupt of one
 * of its CPUs is raised or something is asked of them. So it costs nothing while nothing happens.
 *
 * <p><b>Roles.</b> One thread: the owner of its CPUs, claimed without a {@link Waker}, since it sleeps in {@code
 * LockSupport.park}. Not to be shared by two threads.
 *
 * <p><b>Progress.</b> It is made to wait. No wake-up is lost ({@link Cpu#announceSleep}); an interrupt of the thread ends a
 * sleep too, and stays to be seen. Allocates nothing.
 */
public final class SignalIdle {
    private static final int SPINS = 100;
    private static final int YIELDS = 10;
    private static final long BACK_OFF_NANOS =
            50_000; // until a run elsewhere, whose interrupt is pending here, has ended

    private final long maxSleepNanos;
    private final Cpu[] cpus;
    private int rounds; // since there was work

    /**
     * Sleeps until it is signalled.
     *
     * @param cpus those that the thread owns
     * @throws IllegalArgumentException if there is none
     */
    public SignalIdle(Cpu... cpus) {
        this(Long.MAX_VALUE, cpus);
    }

    /**
     * Sleeps until it is signalled, but not for longer than a time, for a thread that has other things to look at.
     *
     * @param maxSleepNanos how long to sleep at most without a signal, nanoseconds, 1 or more
     * @param cpus those that the thread owns: a signal for any of them wakes it
     * @throws IllegalArgumentException if the time is below 1, or there is no CPU
     */
    public SignalIdle(long maxSleepNanos, Cpu... cpus) {
        if (maxSleepNanos < 1 || cpus.length == 0) {
            throw new IllegalArgumentException(
                    "maxSleepNanos=" + maxSleepNanos + ", minimum=1, cpus=" + cpus.length + ", minimum=1");
        }
        this.maxSleepNanos = maxSleepNanos;
        this.cpus = cpus.clone();
    }

    /**
     * Idles if there was no work, one step further than the call before.
     *
     * @param workCount what the polls returned; above 0 if there was
     * @throws IllegalStateException if it comes to sleep and the caller is not the owner of each CPU, has claimed one with
     *     a waker, or is inside a handler, listener or callback
     */
    public void idle(int workCount) {
        if (workCount > 0) {
            reset();
        } else if (rounds < SPINS) {
            rounds++;
            Thread.onSpinWait();
        } else if (rounds < SPINS + YIELDS) {
            rounds++;
            Thread.yield();
        } else {
            sleep();
        }
    }

    /** There was work: the next idle begins by spinning. */
    public void reset() {
        rounds = 0;
    }

    private void sleep() {
        int announced = 0;
        try {
            while (announced < cpus.length && cpus[announced].announcePark()) {
                announced++;
            }
            if (announced == cpus.length) {
                LockSupport.parkNanos(this, maxSleepNanos);
                rounds = SPINS + YIELDS; // if there is no work now, sleep again
            } else if (rounds++ > SPINS + YIELDS) { // polled since, and it is pending still: it runs elsewhere
                LockSupport.parkNanos(this, BACK_OFF_NANOS);
            }
        } finally {
            while (announced > 0) {
                cpus[--announced].endSleep();
            }
        }
    }
}
