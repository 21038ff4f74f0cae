// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.untorn.irq.OfflineResult.Status;
import org.untorn.matrix.CpuMask;
import org.untorn.matrix.VectorLayout;
import org.untorn.msi.MessageRegister;
import org.untorn.msi.RemappingTable;
import org.untorn.msi.SplitRegister;

/** Offline and online, managed, masked, deferred: one thread, step by step; every test ends balanced. */
@Timeout(60)
class LifecycleTest {
    private static final CpuMask ON_0 = CpuMask.of(0);
    private static final CpuMask ON_1 = CpuMask.of(1);
    private static final CpuMask ON_2 = CpuMask.of(2);

    private final List<String> log = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();
    private final List<Irq> opened = new ArrayList<>();
    private final VectorDomain domain = VectorDomain.builder(3)
            .layout(VectorLayout.of(32, 42))
            .counting(true)
            .errorHandler((irq, error) -> errors.add(error))
            .affinityListener((irq, affinity) -> broken.add(irq.name() + " off " + affinity))
            .build();
    private final Cpu cpu0 = domain.cpu(0);
    private final Cpu cpu1 = domain.cpu(1);
    private final Cpu cpu2 = domain.cpu(2);

    @AfterEach
    void everythingIsBalanced() {
        opened.forEach(Irq::close);
        for (int cpu = 0; cpu < domain.cpus(); cpu++) {
            assertTrue(domain.cpu(cpu).claim());
            domain.cpu(cpu).poll();
            domain.cpu(cpu).release();
        }
        for (int cpu = 0; cpu < domain.cpus(); cpu++) {
            assertEquals(0, domain.matrix().allocated(cpu));
            assertEquals(0, domain.matrix().managed(cpu));
        }
        opened.forEach(irq -> assertTrue(irq.isClosed()));
        assertEquals(List.of(), domain.verify());
        assertEquals(List.of(), errors);
    }

    private VectorDomain.IrqBuilder irq(String name, CpuMask mask) {
        return domain.irq(source -> log.add(name + " on " + here())).name(name).affinity(mask);
    }

    private int here() {
        for (int cpu = 0; cpu < domain.cpus(); cpu++) {
            if (domain.cpu(cpu).mayHaveTaken(null)) {
                return cpu;
            }
        }
        return -1;
    }

    private Irq open(VectorDomain.IrqBuilder builder) {
        Irq irq = builder.open().orElseThrow();
        opened.add(irq);
        return irq;
    }

    private void claimAll() {
        for (int cpu = 0; cpu < domain.cpus(); cpu++) {
            assertTrue(domain.cpu(cpu).claim());
        }
    }

    // ---- offline, online ----

    @ParameterizedTest
    @EnumSource
    void offline_whilePending_runsElsewhere(Protocol protocol) {
        Irq irq = open(irq("a", CpuMask.of(0, 1)).protocol(protocol));
        claimAll();
        irq.raise();
        assertEquals(Status.LEAVING, cpu0.offline().status(), "its owner has to end a poll");
        assertEquals(1, irq.target().cpu());
        assertEquals(1, cpu1.poll());
        assertEquals(0, cpu0.poll());
        assertEquals(Status.DONE, cpu0.offline().status());
        assertFalse(cpu0.isOnline());
        assertEquals(List.of("a on 1"), log);
        assertEquals(List.of(), broken);
        assertTrue(cpu0.online());
        assertFalse(cpu0.online());
        assertEquals(1, irq.target().cpu(), "it stays where it is");
    }

    @Test
    void offline_ofACpuWithoutOwner_isDoneAtOnce() {
        Irq irq = open(irq("a", ON_0));
        irq.raise();
        OfflineResult result = cpu0.offline();
        assertEquals(Status.DONE, result.status());
        assertEquals(1, result.toMove());
        assertEquals(20, result.available());
        assertEquals(List.of("a off 0"), broken);
        claimAll();
        assertEquals(1, domain.cpu(irq.target().cpu()).poll());
        assertEquals(Status.DONE, cpu0.offline().status(), "again: it is");
    }

    @Test
    void offline_othersLackVectors_isRefusedWithCounts_andChangesNothing() {
        for (int i = 0; i < 18; i++) {
            open(irq("full", CpuMask.of(1, 2)));
        }
        List<Irq> irqs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            irqs.add(open(irq("a" + i, ON_0)));
        }
        OfflineResult result = cpu0.offline();
        assertEquals(new OfflineResult(Status.NO_VECTORS, 3, 2, null, null), result);
        assertTrue(cpu0.isOnline());
        irqs.forEach(irq -> assertEquals(0, irq.target().cpu()));
        irqs.get(0).close();
        cpu0.claim();
        cpu0.poll();
        cpu0.release();
        assertEquals(Status.DONE, cpu0.offline().status(), "two fit");
    }

    @Test
    void offline_fromAHandlerThatRunsThere_isDoneAtTheEndOfThatPoll() {
        List<OfflineResult> results = new ArrayList<>();
        Irq first = open(domain.irq(source -> results.add(cpu0.offline())).affinity(ON_0));
        Irq second = open(irq("second", ON_0));
        claimAll();
        first.raise();
        second.raise();
        assertEquals(2, cpu0.poll(), "the second was taken already");
        assertEquals(Status.LEAVING, results.get(0).status());
        assertSame(Thread.currentThread(), results.get(0).owner());
        assertSame(first, results.get(0).serving());
        assertFalse(cpu0.isOnline());
        assertEquals(Status.DONE, cpu0.offline().status());
        assertTrue(second.target().cpu() != 0);
        cpu1.poll();
        cpu2.poll();
        assertTrue(second.runs() <= 2, "retriggered, since the poll had taken it");
    }

    @Test
    void offline_whileTheOwnerIsStuck_movesTheOthersAtOnce() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Irq sticky = open(domain.irq(source -> {
                    stuck.countDown();
                    letGo.await();
                })
                .affinity(ON_0));
        Irq other = open(irq("other", ON_0));
        sticky.raise();
        other.raise();
        Thread owner = new Thread(() -> {
            cpu0.claim();
            cpu0.poll();
            cpu0.release();
        });
        owner.start();
        assertTrue(stuck.await(30, TimeUnit.SECONDS));
        OfflineResult result = cpu0.offline();
        assertEquals(Status.LEAVING, result.status());
        assertSame(owner, result.owner());
        assertSame(sticky, result.serving());
        cpu1.claim();
        cpu2.claim();
        assertTrue(cpu1.poll() + cpu2.poll() >= 1);
        assertTrue(other.runs() >= 1, "though its old owner is stuck");
        letGo.countDown();
        owner.join();
        assertEquals(Status.DONE, cpu0.offline().status());
    }

    @Test
    void offline_ownerThreadHasEnded_isDoneFromAnyThread() throws Exception {
        Irq irq = open(irq("a", ON_0));
        Thread owner = new Thread(cpu0::claim);
        owner.start();
        owner.join();
        irq.raise();
        assertEquals(Status.DONE, cpu0.offline().status());
        claimAll();
        assertEquals(1, cpu1.poll() + cpu2.poll());
    }

    /** CVE-2024-31076: the CPU that goes away is the previous one of a move that is not over. */
    @Test
    void offline_ofThePreviousCpuInMidMove_leaksNothing() throws Exception {
        Irq irq = open(irq("a", ON_0));
        claimAll();
        assertEquals(MoveResult.MOVED, Elsewhere.move(irq, ON_1));
        assertEquals(1, domain.matrix().allocated(0));
        assertEquals(Status.LEAVING, cpu0.offline().status());
        cpu0.poll();
        assertEquals(Status.DONE, cpu0.offline().status());
        assertEquals(0, domain.matrix().allocated(0));
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_2), "not busy any more");
    }

    /** The CPU that goes away is the new one of a move whose old vector is not released: it has to leave two places. */
    @Test
    void offline_ofTheNewCpuInMidMove_movesOn() throws Exception {
        Irq irq = open(irq("a", ON_0));
        claimAll();
        assertEquals(MoveResult.MOVED, Elsewhere.move(irq, ON_1));
        irq.raise();
        assertEquals(Status.LEAVING, cpu1.offline().status());
        assertEquals(List.of("a off 1"), broken);
        assertEquals(MoveResult.BUSY, irq.setAffinity(ON_0));
        cpu1.poll();
        assertEquals(Status.DONE, cpu1.offline().status());
        cpu0.poll();
        cpu2.poll();
        assertEquals(1, irq.runs());
        assertEquals(MoveResult.MOVED, irq.setAffinity(irq.target().cpu() == 0 ? ON_2 : ON_0));
    }

    /** A move that took its vector before the CPU began to leave lands on it afterwards, and has to go on. */
    @Test
    void offline_meetsAMoveThatIsUnderWayToIt_whichGoesOn() {
        AtomicReference<OfflineResult> result = new AtomicReference<>();
        Migration inTheMiddle = new Wrapped(Migration.of(Protocol.STAMPED), () -> result.set(cpu1.offline()));
        Irq irq = open(irq("a", ON_0).migration(inTheMiddle));
        claimAll();
        irq.raise();
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_1));
        assertEquals(Status.LEAVING, result.get().status());
        cpu0.poll();
        cpu1.poll();
        assertEquals(Status.DONE, cpu1.offline().status());
        assertTrue(irq.target().cpu() != 1);
        cpu0.poll();
        cpu2.poll();
        assertEquals(1, irq.runs());
    }

    /** Somebody takes the last vectors elsewhere after they were counted. */
    @Test
    void offline_vectorsRunOutOnTheWay_staysLeaving_andALaterCallCompletesIt() {
        List<Irq> fillers = new ArrayList<>();
        Migration inTheMiddle = new Wrapped(Migration.of(Protocol.STAMPED), () -> {
            for (Irq irq = filler(); irq != null; irq = filler()) {
                fillers.add(irq);
            }
        });
        open(irq("first", ON_0).migration(inTheMiddle));
        Irq second = open(irq("second", ON_0));
        second.raise();
        OfflineResult result = cpu0.offline();
        assertEquals(Status.LEAVING, result.status());
        assertNull(result.owner());
        assertEquals(0, second.target().cpu());
        fillers.forEach(Irq::close);
        assertEquals(Status.DONE, cpu0.offline().status());
        claimAll();
        cpu1.poll();
        cpu2.poll();
        assertEquals(1, second.runs());
    }

    private Irq filler() {
        Irq irq = irq("filler", CpuMask.of(1, 2)).open().orElse(null);
        if (irq != null) {
            opened.add(irq);
        }
        return irq;
    }

    /** As debugfs prints irq/domains/VECTOR. */
    @Test
    void matrixSnapshot_printsAsLinuxDoes() {
        open(irq("a", ON_0));
        open(irq("m", ON_1).managed());
        cpu2.offline();
        assertEquals("""
                Online bitmaps:        2
                Global available:     18
                Global reserved:       0
                Total allocated:       2
                System: 0: \n\
                 | CPU | avl | man | mac | act | vectors
                     0     9     0     0    1  32
                     1     9     1     1    1  32
                """, domain.matrixSnapshot().toString());
    }

    // ---- the books ----

    @Test
    void counting_raises_areCountedByWhatBecameOfThem() {
        Irq irq = open(irq("a", ON_0));
        claimAll();
        for (int i = 0; i < 3; i++) {
            irq.raise();
        }
        assertEquals(3, irq.raised());
        assertEquals(2, irq.coalesced());
        assertEquals(0, irq.repeated());
        cpu0.poll();
    }

    @Test
    void verify_somethingIsOff_namesIt() {
        Irq irq = open(irq("a", ON_0));
        claimAll();
        irq.raise();
        assertTrue(domain.verify().get(0).contains("CPU 0: pending {32}"), domain.verify()::toString);
        cpu0.poll();
        assertEquals(List.of(), domain.verify());
        cpu0.pending().raise(40); // a bit that nobody asked for
        cpu0.poll();
        assertTrue(domain.verify().toString().contains("bits asked for 1"), domain.verify()::toString);
        irq.signal(Cause.RAISED);
        cpu0.pending().clear(32); // and one that nobody takes
        assertEquals(List.of(), domain.verify(), "the sums agree again");
        int slot = domain.matrix().allocate(ON_1, false);
        assertTrue(domain.verify().toString().contains("CPU 1 vector 32: table says null"), domain.verify()::toString);
        domain.matrix().free(1, slot & 255, false);
    }

    // ---- managed ----

    @Test
    void managed_lastCpuGoesOffline_isShutDown_andHoldsWhatIsRaised() {
        Irq irq = open(irq("m", ON_0).managed());
        assertTrue(irq.isManaged());
        assertEquals(MoveResult.MANAGED, irq.setAffinity(ON_1));
        claimAll();
        irq.raise();
        assertEquals(Status.LEAVING, cpu0.offline().status());
        assertTrue(irq.isShutDown());
        assertNull(irq.target());
        assertEquals(RaiseResult.HELD, irq.raise());
        assertEquals(RaiseResult.HELD, irq.retrigger());
        cpu0.poll();
        assertEquals(Status.DONE, cpu0.offline().status());
        assertEquals(0, irq.runs());
        assertEquals(1, domain.matrix().managed(0), "it keeps its reservation");
        assertEquals(0, domain.matrix().allocated(0));
        assertTrue(cpu0.online());
        assertFalse(irq.isShutDown());
        assertEquals(1, cpu0.poll());
        assertEquals(List.of("m on 0"), log);
        assertEquals(List.of(), broken);
    }

    @Test
    void managed_anotherOfItsCpusIsOnline_movesThere() {
        Irq irq = open(irq("m", CpuMask.of(0, 1)).managed());
        int first = irq.target().cpu();
        assertEquals(1, domain.matrix().managed(0));
        assertEquals(1, domain.matrix().managed(1));
        assertEquals(Status.DONE, domain.cpu(first).offline().status());
        assertEquals(1 - first, irq.target().cpu());
        assertEquals(1, domain.matrix().managedAllocated(1 - first));
        assertEquals(Status.DONE, domain.cpu(1 - first).offline().status());
        assertTrue(irq.isShutDown());
        domain.cpu(first).online();
        assertEquals(first, irq.target().cpu());
    }

    /** It may not take a second vector of the reservations there: others count on theirs. */
    @Test
    void managed_cpuIsBackBeforeTheOldVectorIsReleased_waitsForIt() {
        Irq irq = open(irq("m", ON_0).managed());
        claimAll();
        assertEquals(Status.LEAVING, cpu0.offline().status());
        Irq other = open(irq("other", ON_0).managed());
        assertTrue(cpu0.online());
        assertTrue(irq.isShutDown());
        assertFalse(other.isShutDown(), "its own reservation is free");
        assertEquals(2, domain.matrix().managedAllocated(0));
        irq.raise();
        cpu0.poll();
        assertFalse(irq.isShutDown());
        assertEquals(2, domain.matrix().managedAllocated(0));
        assertEquals(1, cpu0.poll());
    }

    @Test
    void managed_hasToComeBackBeforeTheOldVectorIsReleased_waitsForIt() {
        Irq irq = open(irq("m", CpuMask.of(0, 1)).managed());
        Cpu first = domain.cpu(irq.target().cpu());
        Cpu second = domain.cpu(1 - first.index());
        claimAll();
        first.offline();
        assertTrue(first.online());
        assertEquals(Status.LEAVING, second.offline().status());
        second.poll();
        assertEquals(second.index(), irq.target().cpu(), "not yet");
        assertEquals(1, domain.matrix().managedAllocated(first.index()));
        first.poll();
        second.poll();
        assertEquals(first.index(), irq.target().cpu());
        assertEquals(Status.DONE, second.offline().status());
        second.online();
    }

    @Test
    void managed_openedWithoutAnOnlineCpu_startsWithTheFirst() {
        cpu0.offline();
        Irq irq = open(irq("m", ON_0).managed());
        assertTrue(irq.isShutDown());
        irq.raise();
        cpu0.online();
        assertFalse(irq.isShutDown());
        claimAll();
        assertEquals(1, cpu0.poll());
    }

    @Test
    void managed_closedWhileShutDown_givesItsReservationBack() {
        Irq irq = open(irq("m", ON_0).managed());
        cpu0.offline();
        assertEquals(CloseResult.CLOSED, irq.close());
        assertEquals(RaiseResult.CLOSED, irq.raise());
        assertEquals(0, domain.matrix().managed(0));
        cpu0.online();
    }

    @Test
    void managed_noVectorToReserve_isNotOpened() {
        for (int i = 0; i < 10; i++) {
            open(irq("full", ON_1));
        }
        assertTrue(irq("m", CpuMask.of(0, 1)).managed().open().isEmpty());
        assertEquals(0, domain.matrix().managed(0));
    }

    // ---- mask ----

    @ParameterizedTest
    @EnumSource
    void mask_raisedMeanwhile_runsOnceAfterUnmask(Protocol protocol) {
        Irq irq = open(irq("a", ON_0).protocol(protocol));
        claimAll();
        assertTrue(irq.mask());
        assertTrue(irq.mask(), "not nested");
        assertTrue(irq.isMasked());
        for (int i = 0; i < 5; i++) {
            irq.raise();
            assertEquals(0, cpu0.poll());
        }
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_1));
        irq.raise();
        assertEquals(0, cpu1.poll());
        assertTrue(irq.unmask());
        assertFalse(irq.unmask());
        assertEquals(1, cpu1.poll());
        assertEquals(0, cpu1.poll());
        assertEquals(List.of("a on 1"), log);
        cpu0.poll();
    }

    @Test
    void mask_pendingBefore_isHeldToo() {
        Irq irq = open(irq("a", ON_0));
        claimAll();
        irq.raise();
        irq.mask();
        assertEquals(0, cpu0.poll());
        assertEquals(1, cpu0.held());
        irq.unmask();
        assertEquals(1, cpu0.poll());
    }

    @Test
    void mask_insideTheHandler_isTheLastRun() {
        Irq irq = open(domain.irq(source -> {
                    log.add("run " + source.mask());
                    source.raise();
                })
                .affinity(ON_0));
        claimAll();
        irq.raise();
        assertEquals(1, cpu0.poll());
        assertEquals(0, cpu0.poll());
        assertEquals(List.of("run false"), log);
        irq.unmask();
        assertEquals(1, cpu0.poll());
    }

    @Test
    void mask_nothingRaised_runsNothingAfterUnmask() {
        Irq irq = open(irq("a", ON_0));
        claimAll();
        irq.mask();
        irq.unmask();
        assertEquals(0, cpu0.poll());
    }

    @Test
    void mask_shutDownAndRaised_runsWhenBothAreOver() {
        Irq irq = open(irq("m", ON_0).managed());
        claimAll();
        irq.mask();
        cpu0.offline();
        cpu0.poll();
        assertEquals(RaiseResult.HELD, irq.raise());
        irq.unmask();
        cpu0.online();
        assertEquals(1, cpu0.poll());
        irq.mask();
        cpu0.offline();
        cpu0.poll();
        assertEquals(RaiseResult.HELD, irq.raise());
        cpu0.online();
        assertEquals(0, cpu0.poll());
        irq.unmask();
        assertEquals(1, cpu0.poll());
        assertEquals(2, irq.runs());
    }

    // ---- deferred moves ----

    @Test
    void deferred_isMadeWhenTheOldVectorIsReleased_theLatestWishCounts() throws Exception {
        List<String> told = new ArrayList<>();
        Irq irq = open(irq("a", ON_0));
        claimAll();
        assertEquals(
                MoveResult.MOVED, Elsewhere.call(() -> irq.setAffinity(ON_1, result -> told.add("first " + result))));
        assertEquals(MoveResult.DEFERRED, irq.setAffinity(ON_0, result -> told.add("second " + result)));
        assertEquals(MoveResult.DEFERRED, irq.setAffinity(ON_2, result -> told.add("third " + result)));
        irq.raise();
        assertEquals(1, irq.target().cpu());
        cpu0.poll();
        assertEquals(2, irq.target().cpu());
        assertEquals(List.of("first MOVED", "second CANCELLED", "third MOVED"), told);
        cpu1.poll();
        assertEquals(1, cpu2.poll());
        assertEquals(MoveResult.UNCHANGED, irq.setAffinity(ON_2, null));
    }

    @Test
    void deferred_cancelled_isNotMade() throws Exception {
        List<MoveResult> told = new ArrayList<>();
        Irq irq = open(irq("a", ON_0));
        claimAll();
        Elsewhere.move(irq, ON_1);
        irq.setAffinity(ON_2, told::add);
        assertTrue(irq.cancelMove());
        assertFalse(irq.cancelMove());
        cpu0.poll();
        assertEquals(1, irq.target().cpu());
        assertEquals(List.of(MoveResult.CANCELLED), told);
    }

    @Test
    void deferred_closedMeanwhile_isTold() throws Exception {
        List<MoveResult> told = new ArrayList<>();
        Irq irq = open(irq("a", ON_0));
        claimAll();
        Elsewhere.move(irq, ON_1);
        irq.setAffinity(ON_2, told::add);
        irq.close();
        assertEquals(List.of(MoveResult.CANCELLED), told);
        assertEquals(MoveResult.CLOSED, irq.setAffinity(ON_0, told::add));
        assertEquals(List.of(MoveResult.CANCELLED, MoveResult.CLOSED), told);
    }

    @Test
    void deferred_threeStepOnAnothersCpu_isMadeByItsOwner() throws Exception {
        List<MoveResult> told = new ArrayList<>();
        Irq irq = open(irq("a", ON_0).protocol(Protocol.THREE_STEP));
        CountDownLatch claimed = new CountDownLatch(1);
        CountDownLatch deferred = new CountDownLatch(1);
        Thread owner = new Thread(() -> {
            cpu0.claim();
            claimed.countDown();
            try {
                deferred.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            cpu0.poll();
            cpu0.release();
        });
        owner.start();
        assertTrue(claimed.await(30, TimeUnit.SECONDS));
        assertEquals(MoveResult.DEFERRED, irq.setAffinity(ON_1, told::add));
        deferred.countDown();
        owner.join();
        assertEquals(List.of(MoveResult.MOVED), told);
        assertEquals(1, irq.target().cpu());
    }

    @Test
    void watchdog_namesWhoseOldVectorIsNotReleased_andWhy() throws Exception {
        Watchdog watchdog = new Watchdog(domain, 0);
        Irq irq = open(irq("a", ON_0));
        claimAll();
        Elsewhere.move(irq, ON_1);
        assertEquals(List.of(), watchdog.check(), "seen for the first time");
        List<Watchdog.Stall> stalls = watchdog.check();
        assertEquals(1, stalls.size());
        assertSame(irq, stalls.get(0).irq());
        assertEquals(new Target(0, 32), stalls.get(0).place());
        assertTrue(stalls.get(0).reason().contains("has not polled since"), stalls.toString());
        cpu0.poll();
        assertEquals(List.of(), watchdog.check());
    }

    @Test
    void watchdog_ownerIsInAHandler_namesIt() {
        List<Watchdog.Stall> stalls = new ArrayList<>();
        Watchdog watchdog = new Watchdog(domain, 0);
        Irq irq = open(irq("a", ON_0));
        Irq busy = open(domain.irq(source -> {
                    irq.setAffinity(ON_1);
                    watchdog.check();
                    stalls.addAll(watchdog.check());
                })
                .name("busy")
                .affinity(ON_0));
        claimAll();
        busy.raise();
        cpu0.poll();
        assertEquals(
                List.of(new Target(0, 33), new Target(0, 32)),
                stalls.stream().map(Watchdog.Stall::place).toList());
        assertSame(busy, stalls.get(0).irq(), "it does not return");
        assertSame(irq, stalls.get(1).irq(), "it waits for its old vector");
        assertTrue(stalls.get(1).reason().contains("runs the handler of busy"), stalls.toString());
        cpu1.poll();
    }

    /** Shut down, back, shut down again: the same vector of the same interrupt, but another wait. */
    @Test
    void watchdog_sameVectorLeftTwice_countsTheSecondWaitOnly() throws Exception {
        Watchdog watchdog = new Watchdog(domain, TimeUnit.HOURS.toNanos(1));
        Watchdog strict = new Watchdog(domain, 0);
        Irq irq = open(irq("managed", ON_0).managed());
        claimAll();
        cpu0.offline();
        assertEquals(List.of(), strict.check());
        assertEquals(1, strict.check().size());
        cpu0.poll();
        cpu0.online();
        cpu0.offline();
        assertEquals(List.of(), strict.check(), "seen for the first time");
        assertEquals(List.of(), watchdog.check());
        cpu0.poll();
        assertTrue(irq.isShutDown());
        cpu0.online();
    }

    /** What the error handler throws on behalf of a callback must not tear what called it. */
    @Test
    void close_callbackAndErrorHandlerThrow_closesAllTheSame() throws Exception {
        VectorDomain strict = VectorDomain.builder(2)
                .errorHandler((irq, error) -> {
                    throw new IllegalStateException(error);
                })
                .build();
        Irq irq = strict.irq(source -> {}).affinity(ON_0).open().orElseThrow();
        Irq other = strict.irq(source -> {}).affinity(ON_1).open().orElseThrow();
        strict.cpu(0).claim();
        Elsewhere.move(irq, ON_1);
        irq.setAffinity(ON_0, result -> {
            throw new IllegalArgumentException(result.name());
        });
        List<Throwable> uncaught = new ArrayList<>();
        Thread closer = new Thread(strict::close);
        closer.setUncaughtExceptionHandler((thread, error) -> {
            uncaught.add(error);
            throw new IllegalStateException("this one too");
        });
        closer.start();
        closer.join();
        assertEquals(1, uncaught.size());
        assertTrue(irq.isClosed() && other.isClosed());
        strict.cpu(0).poll();
        assertEquals(List.of(), strict.verify());
    }

    @Test
    void watchdog_handlerReturnsAndRunsAgain_isNoStall() {
        Watchdog watchdog = new Watchdog(domain, 0);
        List<Watchdog.Stall> stalls = new ArrayList<>();
        Irq irq = open(domain.irq(source -> stalls.addAll(watchdog.check())).affinity(ON_0));
        claimAll();
        for (int run = 0; run < 3; run++) {
            irq.raise();
            cpu0.poll();
        }
        assertEquals(List.of(), stalls);
    }

    /** An offline that lacked a vector is over when the owner itself moves the last one off. */
    @Test
    void offline_lastOneMovedByTheOwner_isDoneAtItsNextPoll() {
        List<Irq> late = new ArrayList<>();
        VectorDomain[] small = new VectorDomain[1];
        small[0] = VectorDomain.builder(2)
                .layout(VectorLayout.of(32, 36))
                .affinityListener((irq, affinity) -> late.add(
                        small[0].irq(source -> {}).affinity(ON_1).open().orElseThrow()))
                .build();
        small[0].irq(source -> {}).affinity(ON_1).open().orElseThrow();
        small[0].irq(source -> {}).affinity(ON_1).open().orElseThrow();
        small[0].irq(source -> {}).name("broken").affinity(ON_0).open().orElseThrow();
        Cpu leaving = small[0].cpu(0);
        leaving.claim();
        Irq last = small[0].irq(source -> {})
                .affinity(CpuMask.of(0, 1))
                .open()
                .filter(irq -> irq.target().cpu() == 0)
                .orElseThrow();
        assertEquals(Status.LEAVING, leaving.offline().status());
        leaving.poll();
        assertEquals(0, last.target().cpu(), "the listener took its vector");
        late.get(0).close();
        assertEquals(MoveResult.MOVED, last.setAffinity(ON_1));
        leaving.poll();
        assertEquals(Status.DONE, leaving.offline().status());
        assertEquals(List.of(), small[0].verify());
    }

    /** Each move is told to the one that asks for the next: on one stack they would end in the middle of a move. */
    @Test
    void deferred_callbackAsksAgain_isNoRecursion() {
        Irq irq = open(irq("a", ON_0));
        claimAll();
        int[] asked = new int[1];
        int[] deepest = new int[2];
        Consumer<MoveResult> again = new Consumer<>() {
            @Override
            public void accept(MoveResult result) {
                deepest[1] = Math.max(deepest[1], ++deepest[0]);
                if (result == MoveResult.MOVED && asked[0] < 100_000) {
                    asked[0]++;
                    irq.setAffinity(irq.target().cpu() == 0 ? ON_1 : ON_0, this);
                }
                deepest[0]--;
            }
        };
        irq.setAffinity(ON_1, again);
        for (int poll = 0; asked[0] < 1000; poll++) {
            domain.cpu(poll & 1).poll();
        }
        assertTrue(deepest[1] <= 4, "deepest=" + deepest[1]);
        irq.cancelMove();
    }

    // ---- retrigger after a move ----

    @ParameterizedTest
    @EnumSource
    void retriggerAfterMove_whoeverMovesIt_runsOnceAtTheNewPlace(Protocol protocol) {
        Irq irq = open(irq("a", ON_0).protocol(protocol).retriggerAfterMove());
        claimAll();
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_1));
        cpu0.poll();
        assertEquals(1, cpu1.poll());
        assertEquals(0, cpu1.poll());
        cpu1.offline();
        cpu1.poll();
        assertEquals(1, domain.cpu(irq.target().cpu()).poll());
        assertEquals("a on 1", log.get(0));
        assertEquals(2, irq.retriggered());
        cpu1.online();
    }

    @Test
    void retriggerAfterMove_managedThatStartsAgain_runsOnce() {
        open(irq("m", ON_0).managed().retriggerAfterMove());
        claimAll();
        cpu0.offline();
        cpu0.poll();
        assertEquals(List.of(), log);
        cpu0.online();
        assertEquals(1, cpu0.poll());
        assertEquals(List.of("m on 0"), log);
    }

    // ---- remapped ----

    @Test
    void remapped_movedAndClosed_givesItsEntryBack() {
        RemappingTable table = new RemappingTable(1);
        Irq irq = open(irq("a", ON_0).remapped(table));
        claimAll();
        assertTrue(irq("b", ON_0).remapped(table).open().isEmpty(), "the table is full");
        assertEquals(1, domain.matrix().allocated(0));
        irq.raise();
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_1));
        cpu0.poll();
        assertEquals(1, cpu1.poll());
        irq.close();
        assertEquals(1, table.allocated(), "its vector is not released");
        cpu1.poll();
        assertEquals(0, table.allocated());
        assertEquals(RaiseResult.CLOSED, irq.raise());
    }

    // ---- what a second review found ----

    /** Both CPUs of a move that is not over go offline, the old one's eviction in the way of the new one's. */
    @Test
    void offline_ofBothCpusInMidMove_endsWhenNothingIsInTheWay() {
        Irq irq = open(irq("a", ON_0));
        claimAll();
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_1));
        assertEquals(Status.LEAVING, cpu0.offline().status());
        assertEquals(Status.LEAVING, cpu1.offline().status());
        cpu0.poll();
        cpu1.poll();
        assertEquals(Status.DONE, cpu0.offline().status());
        assertEquals(Status.DONE, cpu1.offline().status());
        assertEquals(2, irq.target().cpu());
    }

    /** A vector was taken on the CPU before it left, and is installed after its table was looked at. */
    @Test
    void offline_meetsAnOpenThatIsUnderWay_isNotDoneBeforeIt() {
        AtomicReference<OfflineResult> result = new AtomicReference<>();
        Irq irq = open(irq("a", CpuMask.of(0, 1)).migration(new Wrapped(Migration.of(Protocol.STAMPED), () -> {}) {
            @Override
            public void program(MessageRegister register, int cpu, int vector) {
                result.set(domain.cpu(cpu).offline());
                super.program(register, cpu, vector);
            }
        }));
        assertEquals(Status.LEAVING, result.get().status());
        assertTrue(irq.target().cpu() == 1, irq::toString);
        assertEquals(Status.DONE, cpu0.offline().status());
    }

    @Test
    void listener_calledForAMissingOwner_cannotOwnOrGiveUpTheCpu() {
        List<Object> told = new ArrayList<>();
        AtomicReference<Cpu> dying = new AtomicReference<>();
        VectorDomain strict = VectorDomain.builder(2)
                .affinityListener((irq, affinity) -> told.add(dying.get().claim()))
                .build();
        dying.set(strict.cpu(0));
        Irq irq = strict.irq(source -> {}).affinity(ON_0).open().orElseThrow();
        strict.cpu(0).claim();
        assertEquals(Status.LEAVING, strict.cpu(0).offline().status());
        strict.cpu(0).release();
        assertEquals(Status.DONE, strict.cpu(0).offline().status());
        assertEquals(1, irq.target().cpu());
        assertEquals(1, told.size());
        assertNull(strict.cpu(0).owner());
    }

    @Test
    void callbackInAnOwnersBoundary_mayNeitherPollNorRelease() throws Exception {
        List<String> told = new ArrayList<>();
        Irq irq = open(irq("a", ON_0));
        claimAll();
        Elsewhere.move(irq, ON_1);
        irq.setAffinity(ON_2, result -> {
            for (Runnable bad : List.<Runnable>of(cpu0::poll, cpu0::release)) {
                try {
                    bad.run();
                } catch (IllegalStateException refused) {
                    told.add(refused.getMessage());
                }
            }
        });
        cpu0.poll();
        assertEquals(2, told.size(), told::toString);
        assertTrue(told.get(0).contains("from within a listener or callback"), told::toString);
        cpu1.poll();
    }

    @Test
    void errorHandlerThrowsInOffline_leavesTheCpuWithoutOwner() throws Exception {
        VectorDomain strict = VectorDomain.builder(2)
                .errorHandler((irq, error) -> {
                    throw new IllegalStateException(error);
                })
                .affinityListener((irq, affinity) -> {
                    throw new IllegalStateException("listener");
                })
                .build();
        strict.irq(source -> {}).affinity(ON_0).open().orElseThrow();
        List<Throwable> uncaught = new ArrayList<>();
        Thread offliner = new Thread(() -> strict.cpu(0).offline());
        offliner.setUncaughtExceptionHandler((thread, error) -> uncaught.add(error));
        offliner.start();
        offliner.join();
        assertEquals("listener", uncaught.get(0).getCause().getMessage());
        assertFalse(strict.cpu(0).isOnline(), "it was not stopped half-way");
        assertNull(strict.cpu(0).owner());
        assertEquals(Status.DONE, strict.cpu(0).offline().status());
    }

    @Test
    void managed_closedWhileShutDown_isNotKept() {
        Irq irq = open(irq("m", ON_0).managed());
        cpu0.offline();
        assertTrue(domain.shutDown().iterator().hasNext());
        irq.close();
        assertFalse(domain.shutDown().iterator().hasNext());
    }

    /** A later wish arrives while the earlier one is tried, and found to need another owner. */
    @Test
    void deferred_overtakenWhileItIsTried_isToldOnce() throws Exception {
        List<String> told = new ArrayList<>();
        AtomicReference<Irq> self = new AtomicReference<>();
        Irq irq = open(irq("a", ON_0).migration(new Wrapped(Migration.of(Protocol.THREE_STEP), () -> {}) {
            @Override
            public boolean stopsOldCpu() {
                if (self.get() != null && self.get().wish() == null && told.isEmpty() && !log.isEmpty()) {
                    log.clear();
                    self.get().setAffinity(ON_2, result -> told.add("later " + result));
                }
                return super.stopsOldCpu();
            }
        }));
        self.set(irq);
        CountDownLatch claimed = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread owner = new Thread(() -> {
            cpu0.claim();
            claimed.countDown();
            try {
                end.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            cpu0.poll();
            cpu0.release();
        });
        owner.start();
        assertTrue(claimed.await(30, TimeUnit.SECONDS));
        assertEquals(MoveResult.DEFERRED, irq.setAffinity(ON_1, result -> told.add("earlier " + result)));
        log.add("armed");
        Mover.grantWish(irq);
        assertEquals(List.of("earlier CANCELLED"), told);
        end.countDown();
        owner.join();
        assertEquals(List.of("earlier CANCELLED", "later MOVED"), told);
        assertEquals(2, irq.target().cpu());
    }

    // ---- retrigger from everywhere ----

    @Test
    void retrigger_fromAnywhere_answersAtOnce_andRunsLater() {
        List<RaiseResult> told = new ArrayList<>();
        AtomicReference<Irq> target = new AtomicReference<>();
        VectorDomain anywhere = VectorDomain.builder(2)
                .errorHandler((irq, error) -> told.add(target.get().retrigger()))
                .affinityListener((irq, affinity) -> told.add(target.get().retrigger()))
                .build();
        target.set(anywhere.irq(source -> log.add("ran")).affinity(ON_1).open().orElseThrow());
        Irq throwing = anywhere.irq(source -> {
                    told.add(target.get().retrigger()); // in a handler
                    throw new Exception(); // and in the error handler
                })
                .affinity(ON_0)
                .open()
                .orElseThrow();
        Cpu here = anywhere.cpu(0);
        Cpu there = anywhere.cpu(1);
        here.claim();
        there.claim();
        throwing.raise();
        assertEquals(1, here.poll());
        assertEquals(List.of(RaiseResult.RAISED, RaiseResult.COALESCED), told);
        assertEquals(1, there.poll());
        told.clear();
        here.offline(); // the listener hears of a broken affinity in the middle
        assertEquals(List.of(RaiseResult.RAISED), told);
        assertEquals(1, there.poll());
        told.clear();
        assertEquals(
                MoveResult.UNCHANGED,
                target.get().setAffinity(ON_1, result -> told.add(target.get().retrigger())));
        synchronized (this) { // a lock of the user's
            told.add(target.get().retrigger());
        }
        assertEquals(List.of(RaiseResult.RAISED, RaiseResult.COALESCED), told);
        assertEquals(1, there.poll());
        assertEquals(List.of("ran", "ran", "ran"), log);
    }

    @Test
    void retrigger_maskedMovingShutDownClosed_answersWhatItIs() {
        List<RaiseResult> moving = new ArrayList<>();
        AtomicReference<Irq> self = new AtomicReference<>();
        Irq irq = open(irq("m", CpuMask.of(0, 1))
                .migration(new Wrapped(
                        Migration.of(Protocol.STAMPED),
                        () -> moving.add(self.get().retrigger())))
                .managed());
        self.set(irq);
        claimAll();
        Cpu first = domain.cpu(irq.target().cpu());
        Cpu second = domain.cpu(1 - first.index());
        irq.mask();
        assertEquals(RaiseResult.RAISED, irq.retrigger(), "masked: pending, and held by the poll");
        assertEquals(0, first.poll());
        first.offline();
        assertEquals(List.of(RaiseResult.RAISED), moving, "moving: at the old place, and taken along");
        first.poll();
        irq.unmask();
        assertEquals(1, second.poll());
        second.offline();
        second.poll();
        assertEquals(RaiseResult.HELD, irq.retrigger(), "shut down");
        irq.close();
        assertEquals(RaiseResult.CLOSED, irq.retrigger());
        assertEquals(1, irq.runs());
    }

    // ---- what a review found ----

    /** Three-step's check looks for a bit that a neighbour's mover may take. */
    @Test
    void threeStep_neighbourAtTheTransientPlaceIsMovedOff_losesNothing() {
        AtomicReference<Irq> neighbour = new AtomicReference<>();
        AtomicReference<Irq> moved = new AtomicReference<>();
        Migration inTheMiddle = new Migration.ThreeStep() {
            @Override
            void writeBoth(MessageRegister register, int cpu, int vector) {
                ((SplitRegister) register).writeData(vector);
                moved.get().raise(); // lands at the neighbour's vector
                assertEquals(MoveResult.MOVED, neighbour.get().setAffinity(ON_2));
                ((SplitRegister) register).writeAddress(cpu);
            }
        };
        neighbour.set(open(irq("b", ON_0)));
        moved.set(open(irq("a", ON_0).migration(inTheMiddle)));
        claimAll();
        assertEquals(32, neighbour.get().target().vector());
        assertEquals(33, moved.get().target().vector());
        assertEquals(MoveResult.MOVED, moved.get().setAffinity(ON_1));
        assertEquals(32, moved.get().target().vector());
        cpu0.poll();
        cpu1.poll();
        cpu2.poll();
        assertEquals(1, moved.get().runs());
    }

    @Test
    void handlerThatMovesItself_doesNotRunForEver() {
        Irq irq = open(domain.irq(source -> source.setAffinity(source.target().cpu() == 0 ? ON_1 : ON_0))
                .affinity(ON_0));
        claimAll();
        irq.raise();
        int runs = 0;
        for (int i = 0; i < 10; i++) {
            runs += cpu0.poll() + cpu1.poll();
        }
        assertEquals(1, runs);
    }

    @Test
    void setAffinity_ownerOfTheOldCpuHasEnded_releasesTheOldVector() throws Exception {
        Irq irq = open(irq("a", ON_0));
        Thread owner = new Thread(cpu0::claim);
        owner.start();
        owner.join();
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_1));
        assertEquals(0, domain.matrix().allocated(0));
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_0));
    }

    @Test
    void errorHandlerThrows_theBoundaryIsServedAllTheSame() {
        VectorDomain strict = VectorDomain.builder(2)
                .errorHandler((irq, error) -> {
                    throw new IllegalStateException(error);
                })
                .build();
        Irq bad = strict.irq(source -> {
                    throw new Exception();
                })
                .affinity(ON_0)
                .open()
                .orElseThrow();
        Irq good = strict.irq(source -> {}).affinity(ON_0).open().orElseThrow();
        strict.cpu(0).claim();
        assertEquals(MoveResult.MOVED, good.setAffinity(ON_1));
        bad.raise();
        try {
            strict.cpu(0).poll();
        } catch (IllegalStateException expected) {
            log.add("broken off");
        }
        assertEquals(List.of("broken off"), log);
        assertEquals(MoveResult.MOVED, good.setAffinity(ON_0));
    }

    @Test
    void close_meetsAMove_answersClosedOnlyOnceRaisesDo() {
        List<Object> told = new ArrayList<>();
        AtomicReference<Irq> self = new AtomicReference<>();
        Migration inTheMiddle = new Wrapped(Migration.of(Protocol.STAMPED), () -> {
            told.add(self.get().close());
            told.add(self.get().raise() == RaiseResult.CLOSED);
        });
        self.set(open(irq("a", ON_0).migration(inTheMiddle)));
        claimAll();
        assertEquals(MoveResult.MOVED, self.get().setAffinity(ON_1));
        assertEquals(List.of(CloseResult.CLOSING, false), told);
        assertEquals(CloseResult.CLOSED, self.get().close(), "the mover completed it");
        assertEquals(RaiseResult.CLOSED, self.get().raise());
        cpu0.poll();
        cpu1.poll();
        assertEquals(0, self.get().runs());
    }

    @Test
    void awaitClosed_timesOut_andReturnsAtOnceWhenClosed() throws Exception {
        Irq irq = open(irq("a", ON_0));
        assertFalse(irq.awaitClosed(1));
        irq.close();
        assertTrue(irq.awaitClosed(0));
    }

    @Test
    void listenerThatThrows_isReported_andBreaksNothing() {
        VectorDomain strict = VectorDomain.builder(2)
                .errorHandler((irq, error) -> log.add(error.getMessage()))
                .affinityListener((irq, affinity) -> {
                    throw new IllegalStateException("listener");
                })
                .build();
        Irq irq = strict.irq(source -> {}).affinity(ON_0).open().orElseThrow();
        assertEquals(Status.DONE, strict.cpu(0).offline().status());
        assertEquals(1, irq.target().cpu());
        assertEquals(List.of("listener"), log);
    }

    /** Does something in the middle of a move: when the register is rewritten, before it is given back. */
    private static class Wrapped implements Migration {
        private final Migration migration;
        private final Runnable middle;

        Wrapped(Migration migration, Runnable middle) {
            this.migration = migration;
            this.middle = middle;
        }

        @Override
        public MessageRegister register() {
            return migration.register();
        }

        @Override
        public void program(MessageRegister register, int cpu, int vector) {
            migration.program(register, cpu, vector);
        }

        @Override
        public void unprogram(MessageRegister register) {
            migration.unprogram(register);
        }

        @Override
        public boolean stopsOldCpu() {
            return migration.stopsOldCpu();
        }

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
            middle.run();
            return migration.rewrite(register, cpu, vector, old);
        }
    }
}
