// SPDX-License-Identifier: Apache-2.0
package org.untorn.agrona;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.untorn.irq.Cpu;
import org.untorn.irq.SignalIdle;

/**
 * {@link SignalIdle} as Agrona's idle strategy: spins, yields, then sleeps until an interrupt is raised, instead of for a
 * fixed time. An idle agent costs next to nothing, and wakes as fast as a thread can be woken.
 *
 * <p><b>Roles.</b> One thread: the owner of its CPUs, claimed without a {@link org.untorn.irq.Waker}, as {@link CpuAgent}
 * does. Not to be shared by two threads.
 *
 * <p>It does not sleep for ever: an {@code AgentRunner} that is closed tells nobody, and looks for itself when its agent
 * has idled. The longest sleep bounds how long that takes. It is also how often the other parts of a composite agent have
 * their duty cycle, those which nothing wakes.
 */
@SuppressWarnings("exports") // who uses it has Agrona
public final class SignalIdleStrategy implements IdleStrategy {
    /** The longest sleep without a signal, unless another is given: 100 ms, nanoseconds. */
    public static final long DEFAULT_MAX_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final SignalIdle idle;

    /**
     * As {@link #SignalIdleStrategy(long, Cpu...)}, with {@link #DEFAULT_MAX_SLEEP_NANOS}.
     *
     * @param cpus those that the thread owns
     * @throws IllegalArgumentException if there is none
     */
    public SignalIdleStrategy(Cpu... cpus) {
        this(DEFAULT_MAX_SLEEP_NANOS, cpus);
    }

    /**
     * Makes a strategy.
     *
     * @param maxSleepNanos how long to sleep at most without a signal, nanoseconds, 1 or more
     * @param cpus those that the thread owns: a signal for any of them wakes it
     * @throws IllegalArgumentException if the time is below 1, or there is no CPU
     */
    public SignalIdleStrategy(long maxSleepNanos, Cpu... cpus) {
        idle = new SignalIdle(maxSleepNanos, cpus);
    }

    /**
     * Idles if there was no work.
     *
     * @param workCount above 0 if there was
     * @throws IllegalStateException as {@link SignalIdle#idle}
     */
    @Override
    public void idle(int workCount) {
        idle.idle(workCount);
    }

    /**
     * Idles, one step further than the call before.
     *
     * @throws IllegalStateException as {@link SignalIdle#idle}
     */
    @Override
    public void idle() {
        idle.idle(0);
    }

    /** There was work: the next idle begins by spinning. */
    @Override
    public void reset() {
        idle.reset();
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
