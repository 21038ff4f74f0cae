// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.untorn.matrix.CpuMask;

/** Owners that sleep, and what wakes them; loops that end. What races is in stress-tests, Cpu_05 and Cpu_06. */
@Timeout(60)
class SleepTest {
    private static final CpuMask ON_0 = CpuMask.of(0);
    private static final CpuMask ON_1 = CpuMask.of(1);

    private final List<String> log = new ArrayList<>();
    private final List<Throwable> wakerErrors = new ArrayList<>();
    private final VectorDomain domain = VectorDomain.builder(2)
            .errorHandler(new ErrorHandler() {
                @Override
                public void onError(Irq irq, Throwable error) {
                    throw new AssertionError(error);
                }

                @Override
                public void onWakerError(Cpu cpu, Throwable error) {
                    wakerErrors.add(error);
                }
            })
            .build();
    private final Cpu cpu0 = domain.cpu(0);
    private final Cpu cpu1 = domain.cpu(1);

    private Irq open(CpuMask mask, Protocol protocol) {
        return domain.irq(source -> log.add("run"))
                .protocol(protocol)
                .affinity(mask)
                .open()
                .orElseThrow();
    }

    // ---- announce, re-check, wake ----

    @ParameterizedTest
    @EnumSource
    void raise_ownerAsleep_callsItsWaker_eachTime(Protocol protocol) {
        Irq irq = open(ON_0, protocol);
        assertTrue(cpu0.claim(() -> log.add("wake")));
        irq.raise();
        assertEquals(List.of(), log, "it is awake");
        assertFalse(cpu0.announceSleep(), "something is pending");
        assertFalse(cpu0.isAsleep());
        assertEquals(1, cpu0.poll());
        assertTrue(cpu0.announceSleep());
        assertTrue(cpu0.isAsleep());
        log.clear();
        irq.raise();
        irq.raise();
        irq.retrigger();
        assertEquals(List.of("wake", "wake", "wake"), log, "who finds it pending wakes as well");
        cpu0.endSleep();
        irq.raise();
        assertEquals(3, log.size(), "it is awake");
        assertEquals(1, cpu0.poll());
    }

    @Test
    void announceSleep_askedFor_answersFalse_untilItIsDone() throws Exception {
        Irq irq = open(ON_0, Protocol.STAMPED);
        assertTrue(cpu0.claim());
        assertEquals(MoveResult.MOVED, Elsewhere.move(irq, ON_1));
        assertFalse(cpu0.announceSleep(), "a vector is to be released");
        assertFalse(cpu0.isAsleep());
        cpu0.poll();
        assertTrue(cpu0.announceSleep());
        cpu0.endSleep();
    }

    @Test
    void move_ownerOfTheCpuItLeavesIsAsleep_wakesIt_andTheNewOneIfItWasPending() throws Exception {
        Irq irq = open(ON_0, Protocol.STAMPED);
        cpu0.claim(() -> log.add("wake 0"));
        cpu1.claim(() -> log.add("wake 1"));
        assertTrue(cpu0.announceSleep());
        assertTrue(cpu1.announceSleep());
        irq.raise();
        Elsewhere.move(irq, ON_1);
        assertEquals(List.of("wake 0", "wake 1", "wake 0"), log, "raise, retrigger, release");
        cpu0.endSleep();
        cpu1.endSleep();
        assertEquals(0, cpu0.poll());
        assertEquals(1, cpu1.poll());
    }

    @Test
    void offlineAndClose_ofASleeper_wakeIt() {
        open(ON_0, Protocol.STAMPED);
        cpu0.claim(() -> log.add("wake"));
        assertTrue(cpu0.announceSleep());
        assertEquals(OfflineResult.Status.LEAVING, cpu0.offline().status());
        assertTrue(log.remove("wake"));
        cpu0.endSleep();
        cpu0.poll();
        assertEquals(OfflineResult.Status.DONE, cpu0.offline().status());
        assertTrue(cpu0.announceSleep());
        log.clear();
        domain.close();
        assertTrue(log.contains("wake"));
        cpu0.endSleep();
    }

    @Test
    void release_asleep_leavesNobodyToWake() {
        Irq irq = open(ON_0, Protocol.STAMPED);
        cpu0.claim(() -> log.add("wake"));
        assertTrue(cpu0.announceSleep());
        cpu0.release();
        assertFalse(cpu0.isAsleep());
        irq.raise();
        assertEquals(List.of(), log);
    }

    @Test
    void claim_afterAnOwnerThatEndedInItsSleep_isAwake() throws Exception {
        Irq irq = open(ON_0, Protocol.STAMPED);
        Thread ended = new Thread(() -> {
            cpu0.claim(() -> log.add("wake"));
            cpu0.announceSleep();
        });
        ended.start();
        ended.join();
        assertTrue(cpu0.isAsleep());
        assertTrue(cpu0.claim());
        assertFalse(cpu0.isAsleep());
        irq.raise();
        assertEquals(List.of(), log);
        assertEquals(1, cpu0.poll());
    }

    @Test
    void move_afterTheOwnerEndedInItsSleep_leavesNobodyToWake() throws Exception {
        Irq irq = open(ON_0, Protocol.STAMPED);
        Irq other = open(ON_0, Protocol.STAMPED);
        Thread ended = new Thread(() -> {
            cpu0.claim(() -> log.add("wake"));
            cpu0.announceSleep();
        });
        ended.start();
        ended.join();
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_1)); // who moves does the work of the owner
        assertFalse(cpu0.isAsleep());
        log.clear();
        other.raise();
        assertEquals(List.of(), log);
    }

    @Test
    void claim_again_keepsTheWaker_unlessGivenAnother() {
        Irq irq = open(ON_0, Protocol.STAMPED);
        cpu0.claim(() -> log.add("first"));
        assertTrue(cpu0.claim());
        cpu0.announceSleep();
        irq.raise();
        assertEquals(List.of("first"), log);
        cpu0.endSleep();
        assertTrue(cpu0.claim(() -> log.add("second")));
        cpu0.poll();
        cpu0.announceSleep();
        log.clear();
        irq.raise();
        assertEquals(List.of("second"), log);
        cpu0.endSleep();
    }

    // ---- bad use ----

    @Test
    void waker_throws_isReported_andTheRaiseGoesOn() throws Exception {
        Irq irq = open(ON_0, Protocol.STAMPED);
        RuntimeException thrown = new RuntimeException("no");
        cpu0.claim(() -> {
            throw thrown;
        });
        assertTrue(cpu0.announceSleep());
        assertEquals(RaiseResult.RAISED, irq.raise());
        assertSame(thrown, wakerErrors.get(0));
        assertEquals(MoveResult.MOVED, Elsewhere.move(irq, ON_1), "a move is not torn apart by it");
        assertEquals(2, wakerErrors.size());
        cpu0.endSleep();
        cpu0.poll();
        assertEquals(1, cpu1.claim() ? cpu1.poll() : -1);
        assertEquals(List.of(), domain.verify());
    }

    @Test
    void waker_throws_andSoDoesTheErrorHandler_reachesTheUncaughtExceptionHandler() throws Exception {
        VectorDomain strict = VectorDomain.builder(1)
                .errorHandler(new ErrorHandler() {
                    @Override
                    public void onError(Irq irq, Throwable error) {}

                    @Override
                    public void onWakerError(Cpu cpu, Throwable error) {
                        throw new IllegalStateException(cpu + ": " + error.getMessage());
                    }
                })
                .build();
        Irq irq = strict.irq(source -> {}).open().orElseThrow();
        strict.cpu(0).claim(() -> {
            throw new RuntimeException("no");
        });
        strict.cpu(0).announceSleep();
        AtomicReference<Throwable> uncaught = new AtomicReference<>();
        AtomicReference<RaiseResult> result = new AtomicReference<>();
        Thread raiser = new Thread(() -> result.set(irq.raise()));
        raiser.setUncaughtExceptionHandler((thread, error) -> uncaught.set(error));
        raiser.start();
        raiser.join();
        assertEquals(RaiseResult.RAISED, result.get());
        assertEquals("CPU 0: no", uncaught.get().getMessage());
    }

    @Test
    void sleep_byAnother_orInAHandler_orElsewhere_isAnError() {
        assertNotOwner(cpu0::announceSleep);
        assertNotOwner(cpu0::endSleep);
        assertNotOwner(() -> sleep(cpu0));
        Irq irq =
                domain.irq(source -> cpu0.announceSleep()).affinity(ON_0).open().orElseThrow();
        cpu0.claim();
        irq.raise();
        AssertionError inHandler = assertThrows(AssertionError.class, cpu0::poll);
        assertTrue(inHandler.getCause().getMessage().startsWith("announceSleep of CPU 0 from within a handler"));
        cpu1.claim(() -> {});
        assertTrue(assertThrows(IllegalStateException.class, () -> sleep(cpu1))
                .getMessage()
                .startsWith("sleep of CPU 1 in park, waker="));
        assertThrows(NullPointerException.class, () -> cpu0.claim(null));
        assertThrows(NullPointerException.class, () -> cpu0.run(null));
    }

    /** Until it has spun and yielded enough. */
    private static void sleep(Cpu cpu) {
        SignalIdle idle = new SignalIdle(1, cpu);
        for (int round = 0; round < 1000; round++) {
            idle.idle(0);
        }
    }

    private static void assertNotOwner(Executable operation) {
        String message = assertThrows(IllegalStateException.class, operation).getMessage();
        assertTrue(message.contains("owner=none: claim it first"), message);
    }

    // ---- loops ----

    @Test
    void run_sleepsUntilSignalled_andEndsWithTheDomain() throws Exception {
        Semaphore served = new Semaphore(0);
        Irq irq = domain.irq(source -> served.release()).affinity(ON_0).open().orElseThrow();
        Thread worker = new Thread(cpu0::run);
        worker.start();
        for (int i = 0; i < 3; i++) {
            while (worker.getState() != Thread.State.TIMED_WAITING || !cpu0.isAsleep()) {
                Thread.yield();
            }
            irq.raise();
            assertTrue(served.tryAcquire(30, TimeUnit.SECONDS));
        }
        domain.close();
        worker.join();
        assertNull(cpu0.owner());
        assertTrue(irq.isClosed());
        assertEquals(List.of(), domain.verify());
        assertEquals(0, domain.matrix().allocated(0));
        cpu0.run(); // returns at once
    }

    @Test
    void run_interrupted_ends_andKeepsTheStatus() throws Exception {
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread worker = new Thread(() -> {
            cpu0.run();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        worker.start();
        while (!cpu0.isAsleep()) {
            Thread.yield();
        }
        worker.interrupt();
        worker.join();
        assertEquals(true, interrupted.get());
        assertNull(cpu0.owner());
    }

    @Test
    void run_ofACpuThatAnotherThreadOwns_namesBoth() throws Exception {
        cpu0.claim();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread worker = new Thread(cpu0::run, "worker");
        worker.setUncaughtExceptionHandler((thread, error) -> thrown.set(error));
        worker.start();
        worker.join();
        String message = thrown.get().getMessage();
        assertTrue(
                message.contains("worker")
                        && message.contains(Thread.currentThread().getName()),
                message);
    }

    @Test
    void run_withinAHandler_isAnError_andOwnsNothing() {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Irq irq = domain.irq(source -> thrown.set(assertThrows(IllegalStateException.class, cpu1::run)))
                .affinity(ON_0)
                .open()
                .orElseThrow();
        cpu0.claim();
        irq.raise();
        cpu0.poll();
        assertTrue(thrown.get().getMessage().startsWith("run of CPU 1 from within a handler"));
        assertNull(cpu1.owner());
    }

    @Test
    void run_handlerClosesTheDomain_ends() throws Exception {
        Irq irq = domain.irq(source -> domain.close()).affinity(ON_0).open().orElseThrow();
        Thread worker = new Thread(() -> cpu0.run(workCount -> Thread.onSpinWait()));
        worker.start();
        irq.raise();
        worker.join();
        assertTrue(irq.isClosed());
    }

    /** The close is over before the owner announces its sleep, and its request taken by a poll. */
    @Test
    void announceSleep_domainClosed_answersFalse() throws Exception {
        assertTrue(cpu0.claim());
        domain.close();
        assertEquals(0, cpu0.poll());
        assertFalse(cpu0.announceSleep());
        assertFalse(cpu0.isAsleep());
    }

    @Test
    void run_closedByAHandler_andIdleSleepsWhateverWasDone_ends() throws Exception {
        Irq irq = domain.irq(source -> domain.close()).affinity(ON_0).open().orElseThrow();
        irq.raise();
        SignalIdle idle = new SignalIdle(cpu0);
        Thread worker = new Thread(() -> cpu0.run(workCount -> {
            for (int round = 0; round < 200; round++) {
                idle.idle(0);
            }
        }));
        worker.start();
        worker.join();
        assertNull(cpu0.owner());
    }

    @Test
    void run_interruptedInAHandlerThatWaits_ends() throws Exception {
        CountDownLatch inHandler = new CountDownLatch(1);
        VectorDomain waiting = VectorDomain.builder(1)
                .errorHandler((irq, error) -> wakerErrors.add(error))
                .build();
        Irq irq = waiting.irq(source -> {
                    inHandler.countDown();
                    new CountDownLatch(1).await();
                })
                .open()
                .orElseThrow();
        Thread worker = new Thread(waiting.cpu(0)::run);
        worker.start();
        irq.raise();
        inHandler.await();
        worker.interrupt();
        worker.join();
        assertTrue(wakerErrors.get(0) instanceof InterruptedException);
    }

    /** What a stand-in calls while it does the work of a missing owner cannot own that CPU. */
    @Test
    void run_inACallbackThatAStandInCalls_isAnError() throws Exception {
        Irq irq = open(ON_0, Protocol.STAMPED);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        cpu0.claim();
        assertEquals(MoveResult.MOVED, Elsewhere.move(irq, ON_1));
        assertEquals(
                MoveResult.DEFERRED,
                irq.setAffinity(ON_0, result -> thrown.set(assertThrows(IllegalStateException.class, cpu0::run))));
        cpu0.release();
        assertTrue(thrown.get().getMessage().startsWith("run of CPU 0"), thrown.toString());
    }

    /** The run that the bit here waits for is in service elsewhere: the owner must not sleep on the signal. */
    @Test
    void idle_whatIsPendingRunsElsewhere_backsOff_andRunsItAfterwards() throws Exception {
        CountDownLatch inHandler = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Semaphore served = new Semaphore(0);
        Irq irq = domain.irq(source -> {
                    inHandler.countDown();
                    goOn.await();
                    served.release();
                })
                .affinity(ON_0)
                .open()
                .orElseThrow();
        Thread worker0 = new Thread(cpu0::run);
        Thread worker1 = new Thread(cpu1::run);
        worker0.start();
        worker1.start();
        irq.raise();
        inHandler.await();
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_1));
        irq.raise();
        while (cpu1.handedOff() == 0) {
            Thread.yield();
        }
        assertFalse(cpu1.isAsleep());
        goOn.countDown();
        assertTrue(served.tryAcquire(2, 30, TimeUnit.SECONDS));
        domain.close();
        worker0.join();
        worker1.join();
    }

    // ---- a closed domain ----

    @Test
    void close_endsEverything_andWhatFollowsIsRefused() {
        Irq irq = open(ON_0, Protocol.STAMPED);
        Irq managed = domain.irq(source -> {}).managed().affinity(ON_1).open().orElseThrow();
        cpu1.offline();
        assertTrue(managed.isShutDown());
        cpu0.claim();
        irq.raise();
        domain.close();
        domain.close();
        assertTrue(domain.isClosed() && irq.isClosed() && managed.isClosed());
        assertEquals(RaiseResult.CLOSED, irq.raise());
        assertEquals(RaiseResult.CLOSED, managed.raise());
        assertEquals(MoveResult.CLOSED, irq.setAffinity(ON_1));
        assertEquals(0, cpu0.poll(), "its owner frees what it had");
        assertEquals(List.of(), domain.verify());
        assertEquals(0, domain.matrix().allocated(0) + domain.matrix().managed(1));
        assertEquals(
                "open of late: the domain is closed",
                assertThrows(
                                IllegalStateException.class,
                                () -> domain.irq(source -> {}).name("late").open())
                        .getMessage());
        assertEquals(
                "claim of CPU 1: its domain is closed",
                assertThrows(IllegalStateException.class, cpu1::claim).getMessage());
    }

    @Test
    void close_whileOpenersAndMoversAreAtWork_leavesNothingOpen() throws Exception {
        for (int round = 0; round < 200; round++) {
            VectorDomain shortLived = VectorDomain.ofCpus(4);
            List<Irq> opened = new ArrayList<>();
            List<String> refusals = new ArrayList<>();
            Irq moved = shortLived.irq(source -> {}).affinity(ON_0).open().orElseThrow();
            Thread opener = new Thread(() -> {
                try {
                    while (true) {
                        shortLived.irq(source -> {}).open().ifPresent(opened::add); // until it is full, or closed
                    }
                } catch (IllegalStateException closed) {
                    refusals.add(closed.getMessage());
                }
            });
            Thread mover = new Thread(() -> {
                for (int cpu = 0; moved.setAffinity(CpuMask.of(cpu & 3)) != MoveResult.CLOSED; cpu++) {
                    Thread.onSpinWait();
                }
            });
            opener.start();
            mover.start();
            shortLived.close();
            opener.join();
            mover.join();
            assertEquals(List.of("open of irq: the domain is closed"), refusals);
            assertTrue(moved.isClosed());
            assertTrue(opened.stream().allMatch(Irq::isClosed));
            assertEquals(List.of(), shortLived.verify());
            assertEquals(
                    0, shortLived.matrix().allocated(0) + shortLived.matrix().allocated(3));
        }
    }
}
