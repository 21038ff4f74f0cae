// SPDX-License-Identifier: Apache-2.0
package org.untorn.agrona;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;
import org.untorn.irq.Irq;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;

class AgentTest {
    private static final long FOR_EVER = Long.MAX_VALUE; // nothing but a signal ends the park

    private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>(); // Agrona's handler
    private final Semaphore served = new Semaphore(0);
    private final VectorDomain domain = VectorDomain.ofCpus(2);
    private final CpuAgent agent0 = new CpuAgent(domain, 0);
    private final CpuAgent agent1 = new CpuAgent(domain, 1);

    private Irq open(int cpu) {
        return domain.irq(source -> served.release())
                .affinity(CpuMask.of(cpu))
                .open()
                .orElseThrow();
    }

    private AgentRunner start(IdleStrategy idle, Agent agent) {
        AgentRunner runner = new AgentRunner(idle, errors::add, null, agent);
        AgentRunner.startOnThread(runner);
        return runner;
    }

    private static void awaitSleep(CpuAgent agent) {
        while (!agent.cpu().isAsleep()
                || agent.cpu().owner().getState() == Thread.State.RUNNABLE) { // parked, or about to
            Thread.yield();
        }
    }

    private void assertServed() throws InterruptedException {
        assertTrue(served.tryAcquire(30, TimeUnit.SECONDS));
    }

    // ---- the agent ----

    @Test
    void invoker_returnsTheVectorsServed_andOwnsTheCpuFromStartToClose() {
        Irq one = open(0);
        Irq other = open(0);
        AgentInvoker invoker = new AgentInvoker(errors::add, null, agent0);
        invoker.start();
        assertSame(Thread.currentThread(), agent0.cpu().owner());
        one.raise();
        one.raise();
        other.raise();
        assertEquals(2, invoker.invoke());
        assertEquals(0, invoker.invoke());
        invoker.close();
        assertNull(agent0.cpu().owner());
        assertEquals(List.of(), List.copyOf(errors));
        assertEquals("cpu-0", agent0.roleName());
    }

    @Test
    void runner_raisedWhileItSleeps_serves_andEndsWhenClosed() throws Exception {
        Irq irq = open(0);
        AgentRunner runner = start(new SignalIdleStrategy(agent0.cpu()), agent0);
        for (int i = 0; i < 3; i++) {
            awaitSleep(agent0);
            irq.raise();
            assertServed();
        }
        assertEquals("cpu-0", runner.thread().getName());
        awaitSleep(agent0);
        runner.close();
        assertNull(agent0.cpu().owner());
        assertEquals(List.of(), List.copyOf(errors));
        domain.close();
        assertEquals(List.of(), domain.verify());
    }

    @Test
    void runner_domainClosedWhileItSleeps_ends_andNoErrorIsTold() throws Exception {
        AgentRunner runner = start(new SignalIdleStrategy(FOR_EVER, agent0.cpu()), agent0);
        awaitSleep(agent0);
        domain.close();
        runner.thread().join();
        assertTrue(runner.isClosed());
        assertNull(agent0.cpu().owner());
        assertEquals(List.of(), List.copyOf(errors));
    }

    @Test
    void invoker_domainClosed_isClosed_andCannotBeStartedAgain() {
        AgentInvoker invoker = new AgentInvoker(errors::add, null, agent0);
        invoker.start();
        domain.close();
        assertEquals(0, invoker.invoke());
        assertTrue(invoker.isClosed());
        new AgentInvoker(errors::add, null, agent1).start();
        assertEquals("claim of CPU 1: its domain is closed", errors.remove().getMessage());
        assertTrue(errors.isEmpty());
    }

    @Test
    void start_anotherThreadOwnsTheCpu_namesBoth_andTakesNothingFromIt() throws Exception {
        assertTrue(agent0.cpu().claim());
        AgentRunner runner = start(new SignalIdleStrategy(agent0.cpu()), agent0);
        while (!runner.isClosed()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        String message = errors.remove().getMessage();
        assertTrue(
                message.startsWith("start of cpu-0 by ") && message.endsWith(", owner=" + Thread.currentThread()),
                message);
        assertTrue(errors.isEmpty());
        assertSame(Thread.currentThread(), agent0.cpu().owner());
    }

    @Test
    void close_neverStarted_touchesNothing() {
        assertTrue(agent0.cpu().claim());
        new AgentRunner(new SignalIdleStrategy(agent0.cpu()), errors::add, null, agent0).close();
        assertSame(Thread.currentThread(), agent0.cpu().owner());
        assertTrue(errors.isEmpty());
    }

    @Test
    void doWork_notStarted_isAnError() {
        assertThrows(IllegalStateException.class, agent0::doWork);
        assertThrows(IndexOutOfBoundsException.class, () -> new CpuAgent(domain, 2));
    }

    @Test
    void runners_sourceMovedBetweenThem_isServedByBoth() throws Exception {
        AtomicReference<Thread> servedBy = new AtomicReference<>();
        Irq irq = domain.irq(source -> {
                    servedBy.set(Thread.currentThread());
                    served.release();
                })
                .affinity(CpuMask.of(0))
                .open()
                .orElseThrow();
        AgentRunner runner0 = start(new SignalIdleStrategy(FOR_EVER, agent0.cpu()), agent0);
        AgentRunner runner1 = start(new SignalIdleStrategy(FOR_EVER, agent1.cpu()), agent1);
        awaitSleep(agent0);
        awaitSleep(agent1);
        irq.raise();
        assertServed();
        assertEquals("cpu-0", servedBy.get().getName());
        irq.setAffinity(CpuMask.of(1));
        awaitSleep(agent1);
        irq.raise();
        assertServed();
        assertEquals("cpu-1", servedBy.get().getName());
        domain.close();
        runner0.close();
        runner1.close();
        assertEquals(List.of(), domain.verify());
    }

    // ---- errors ----

    @Test
    void handlerThrows_domainRethrows_reachesTheRunner_whichGoesOn() throws Exception {
        AtomicReference<RuntimeException> toThrow = new AtomicReference<>(new RuntimeException("no"));
        VectorDomain rethrowing = VectorDomain.builder(1)
                .errorHandler((irq, error) -> {
                    throw (RuntimeException) error;
                })
                .build();
        Irq irq = rethrowing
                .irq(source -> {
                    throw toThrow.get();
                })
                .open()
                .orElseThrow();
        CpuAgent agent = new CpuAgent(rethrowing, 0);
        AgentRunner runner = start(new SignalIdleStrategy(FOR_EVER, agent.cpu()), agent);
        irq.raise();
        while (errors.isEmpty()) {
            Thread.yield();
        }
        assertSame(toThrow.get(), errors.remove());
        assertFalse(runner.isClosed());
        toThrow.set(new AgentTerminationException(true));
        irq.raise();
        Thread thread = runner.thread();
        thread.join();
        assertTrue(runner.isClosed());
        assertTrue(errors.isEmpty());
        assertNull(agent.cpu().owner());
    }

    // ---- composite agents ----

    @Test
    void composite_ofTwoCpus_isWokenByEither() throws Exception {
        Irq irq0 = open(0);
        Irq irq1 = open(1);
        AgentRunner runner =
                start(new SignalIdleStrategy(FOR_EVER, agent0.cpu(), agent1.cpu()), new CompositeAgent(agent0, agent1));
        for (Irq irq : List.of(irq0, irq1, irq0, irq1)) {
            awaitSleep(agent0);
            awaitSleep(agent1);
            irq.raise();
            assertServed();
        }
        assertSame(agent0.cpu().owner(), agent1.cpu().owner());
        domain.close();
        runner.close();
        assertTrue(errors.isEmpty());
    }

    @Test
    void composite_anotherAgentIsWokenByNothing_hasItsDutyCycleAfterTheLongestPark() throws Exception {
        AtomicLong dutyCycles = new AtomicLong();
        Agent other = new Agent() {
            @Override
            public int doWork() {
                dutyCycles.incrementAndGet();
                return 0;
            }

            @Override
            public String roleName() {
                return "other";
            }
        };
        AgentRunner runner = start(
                new SignalIdleStrategy(TimeUnit.MILLISECONDS.toNanos(1), agent0.cpu()),
                new CompositeAgent(agent0, other));
        awaitSleep(agent0);
        long seen = dutyCycles.get();
        while (dutyCycles.get() < seen + 10) {
            Thread.yield();
        }
        runner.close();
        assertTrue(errors.isEmpty());
    }

    // ---- the idle strategy ----

    @Test
    void idle_interruptedWhileAsleep_endsTheRunner() throws Exception {
        AgentRunner runner = start(new SignalIdleStrategy(FOR_EVER, agent0.cpu()), agent0);
        awaitSleep(agent0);
        runner.close(1, thread -> {}); // Agrona interrupts after that time
        assertTrue(runner.isClosed());
        assertNull(agent0.cpu().owner());
    }

    @Test
    void idle_workCount_resets_andWhatIsPendingIsNotSleptOn() {
        SignalIdleStrategy idle = new SignalIdleStrategy(FOR_EVER, agent0.cpu(), agent1.cpu());
        Irq irq = open(1);
        agent0.onStart();
        agent1.onStart();
        irq.raise();
        for (int i = 0; i < 1_000; i++) {
            idle.idle(0); // returns: it spins, yields, and finds it pending
        }
        assertFalse(agent0.cpu().isAsleep() || agent1.cpu().isAsleep());
        idle.idle(agent1.doWork());
        irq.raise();
        idle.reset();
        idle.idle();
        assertEquals(1, agent1.doWork());
        agent0.onClose();
        agent1.onClose();
        assertEquals("signal", idle.alias());
    }

    /** The run that the bit waits for is in service elsewhere: it is served once that has ended. */
    @Test
    void idle_whatIsPendingRunsElsewhere_backsOff_andRunsItAfterwards() throws Exception {
        CountDownLatch inHandler = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Irq irq = domain.irq(source -> {
                    inHandler.countDown();
                    goOn.await();
                    served.release();
                })
                .affinity(CpuMask.of(0))
                .open()
                .orElseThrow();
        AgentRunner runner0 = start(new SignalIdleStrategy(FOR_EVER, agent0.cpu()), agent0);
        AgentRunner runner1 = start(new SignalIdleStrategy(FOR_EVER, agent1.cpu()), agent1);
        irq.raise();
        inHandler.await();
        irq.setAffinity(CpuMask.of(1));
        irq.raise();
        while (agent1.cpu().handedOff() < 1_000) { // it has polled in vain for longer than it spins
            Thread.yield();
        }
        goOn.countDown();
        assertTrue(served.tryAcquire(2, 30, TimeUnit.SECONDS));
        domain.close();
        runner0.close();
        runner1.close();
        assertTrue(errors.isEmpty());
    }

    @Test
    void idle_byAnother_orWithoutCpus_isAnError() {
        SignalIdleStrategy idle = new SignalIdleStrategy(agent0.cpu());
        assertThrows(IllegalStateException.class, () -> {
            for (int i = 0; i < 1_000; i++) {
                idle.idle();
            }
        });
        assertEquals(
                "maxSleepNanos=0, minimum=1, cpus=1, minimum=1",
                assertThrows(IllegalArgumentException.class, () -> new SignalIdleStrategy(0, agent0.cpu()))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, SignalIdleStrategy::new);
    }

    // ---- what is measured runs ----

    @Test
    void idleCost_measured_givesEachWakeUp() throws Exception {
        IdleCost.Cost cost = IdleCost.measure(SignalIdleStrategy::new, 20, 10);
        assertEquals(10, cost.wakeUpNanos().length);
        assertTrue(cost.wakeUpNanos()[0] > 0 && cost.idleShare() >= 0, cost.toString());
    }
}
