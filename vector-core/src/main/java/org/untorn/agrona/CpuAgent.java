// SPDX-License-Identifier: Apache-2.0
package org.untorn.agrona;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.untorn.irq.Cpu;
import org.untorn.irq.VectorDomain;

/**
 * A CPU as an Agrona agent: owns it from start to close, polls it as its work.
 *
 * <p><b>Roles.</b> The thread that runs the agent; it calls {@link #onStart}, {@link #doWork} and {@link #onClose}. Several
 * of them may be parts of one composite agent: then one thread owns several CPUs.
 *
 * <p><b>Errors.</b> What a handler throws goes to the domain's error handler, and the agent goes on. What that one throws
 * itself comes out of {@link #doWork}, and so to the error handler of whoever runs this agent; Agrona's {@code
 * RethrowingErrorHandler} there makes a handler's {@code AgentTerminationException} end the agent.
 */
@SuppressWarnings("exports") // who uses it has Agrona
public final class CpuAgent implements Agent {
    private static final long CLAIM_NANOS = TimeUnit.SECONDS.toNanos(1); // longer than who stands in for an owner
    private static final long RETRY_NANOS = 50_000;

    private final VectorDomain domain;
    private final Cpu cpu;
    private boolean claimed; // the agent's thread

    /**
     * Makes an agent; it owns nothing before it is started.
     *
     * @param domain must not be null
     * @param cpu the index of a CPU of it
     * @throws IndexOutOfBoundsException if the domain has no such CPU
     */
    public CpuAgent(VectorDomain domain, int cpu) {
        this.domain = Objects.requireNonNull(domain, "domain");
        this.cpu = domain.cpu(cpu);
    }

    /**
     * The CPU of this agent.
     *
     * @return it
     */
    public Cpu cpu() {
        return cpu;
    }

    /**
     * Claims the CPU, for an owner that sleeps in {@code LockSupport.park}.
     *
     * @throws IllegalStateException if another thread owns it and has not given it up within a second, or the domain is
     *     closed
     */
    @Override
    public void onStart() {
        Thread me = Thread.currentThread();
        long begun = System.nanoTime();
        while (!cpu.claim()) {
            Thread owner = cpu.owner(); // perhaps a mover, which stands in for a moment
            if (owner != null && System.nanoTime() - begun > CLAIM_NANOS) {
                throw new IllegalStateException("start of " + roleName() + " by " + me + ", owner=" + owner);
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
        claimed = true;
    }

    /**
     * Polls the CPU.
     *
     * @return how many handlers ran
     * @throws AgentTerminationException if the domain is closed; expected, so no error handler is told
     * @throws IllegalStateException if the calling thread is not the one that started the agent
     */
    @Override
    public int doWork() {
        int runs = cpu.poll();
        if (domain.isClosed()) {
            throw new AgentTerminationException(roleName() + ": its domain is closed", true);
        }
        return runs;
    }

    /**
     * Releases the CPU, if the agent was started; what is pending stays pending for the next owner.
     *
     * @throws IllegalStateException if the calling thread is not the one that started the agent
     */
    @Override
    public void onClose() {
        if (claimed) {
            cpu.release();
            claimed = false;
        }
    }

    /**
     * The name of the CPU, {@code cpu-0} and so on; Agrona names the thread after it.
     *
     * @return it
     */
    @Override
    public String roleName() {
        return "cpu-" + cpu.index();
    }
}
