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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.untorn.matrix.CpuMask;

@Timeout(60)
class IrqTest {
    private static final CpuMask ON_0 = CpuMask.of(0);
    private static final CpuMask ON_1 = CpuMask.of(1);

    private final List<String> log = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final VectorDomain domain = VectorDomain.builder(3)
            .errorHandler((irq, error) -> errors.add(error))
            .counting(true)
            .build();
    private final Cpu cpu0 = domain.cpu(0);
    private final Cpu cpu1 = domain.cpu(1);

    /** Whatever a test did: once everything is closed and polled, no vector is missing and no owner inside. */
    @AfterEach
    void nothingLeaks() {
        List<Irq> left = new ArrayList<>(opened);
        left.forEach(Irq::close);
        for (int cpu = 0; cpu < domain.cpus(); cpu++) {
            assertTrue(domain.cpu(cpu).claim());
            domain.cpu(cpu).poll();
            assertEquals(0, domain.matrix().allocated(cpu), domain.matrix()::toString);
            assertEquals(0, domain.matrix().managed(cpu), domain.matrix()::toString);
            domain.cpu(cpu).release();
        }
        assertEquals(List.of(), domain.verify());
        left.forEach(irq -> assertTrue(irq.isClosed()));
    }

    private final List<Irq> opened = new ArrayList<>();

    private Irq open(String name, CpuMask mask, IrqHandler handler) {
        return open(name, mask, Protocol.STAMPED, handler);
    }

    private Irq open(String name, CpuMask mask, Protocol protocol, IrqHandler handler) {
        Irq irq = domain.irq(handler)
                .name(name)
                .affinity(mask)
                .protocol(protocol)
                .open()
                .orElseThrow();
        opened.add(irq);
        return irq;
    }

    private Irq open(String name, CpuMask mask) {
        return open(name, mask, source -> log.add(source.name()));
    }

    @Test
    void raise_polled_runsOnce_andCoalesces() {
        Irq irq = open("a", ON_0);
        assertTrue(cpu0.claim());
        assertEquals(0, cpu0.poll());
        assertEquals(RaiseResult.RAISED, irq.raise());
        assertEquals(RaiseResult.COALESCED, irq.raise());
        assertEquals(RaiseResult.COALESCED, irq.retrigger());
        assertEquals(1, cpu0.poll());
        assertEquals(0, cpu0.poll());
        assertEquals(List.of("a"), log);
        assertEquals(1, irq.runs());
        assertEquals(1, cpu0.taken());
        assertEquals(1, cpu0.runs());
        assertEquals(new Target(0, 32), irq.target());
    }

    @Test
    void poll_raisedInHandler_isLeftForTheNextPoll() {
        open("a", ON_0, source -> {
                    log.add("a");
                    source.retrigger();
                })
                .raise();
        cpu0.claim();
        assertEquals(1, cpu0.poll());
        assertEquals(1, cpu0.poll());
        assertEquals(List.of("a", "a"), log);
    }

    @Test
    void pollWithLimit_goesOnBehindTheLastOne_andStarvesNobody() {
        for (Order order : Order.values()) {
            for (int limit = 1; limit <= 5; limit++) {
                VectorDomain fair = VectorDomain.builder(1).order(order).build();
                Cpu cpu = fair.cpu(0);
                List<Irq> irqs = new ArrayList<>();
                for (int i = 0; i < 180; i++) {
                    irqs.add(fair.irq(source -> {}).open().orElseThrow());
                }
                cpu.claim();
                for (int i = 0; i < 4 * 180 / limit; i++) {
                    irqs.forEach(Irq::raise); // all of them, all the time
                    assertEquals(limit, cpu.poll(limit));
                }
                irqs.forEach(irq -> assertEquals(4, irq.runs(), irq.toString()));
                assertEquals(180 - limit, cpu.poll(), "a poll without a limit serves all that is left");
                assertEquals(0, cpu.poll());
            }
        }
    }

    @Test
    void poll_servesInTheDomainsOrder() {
        assertEquals(List.of(32, 40, 100, 32, 40, 100), served(Order.LOWEST_FIRST));
        assertEquals(List.of(100, 40, 32, 100, 40, 32), served(Order.HIGHEST_FIRST));
        assertEquals(List.of(32, 40, 100, 40, 100, 32), served(Order.ROUND_ROBIN));
    }

    /** All of three, then one of them alone, and all of them again; without the one alone. */
    private static List<Integer> served(Order order) {
        VectorDomain ordered = VectorDomain.builder(1).order(order).build();
        List<Integer> vectors = new ArrayList<>();
        List<Irq> three = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            Irq irq = ordered.irq(source -> vectors.add(source.target().vector()))
                    .open()
                    .orElseThrow();
            if (List.of(32, 40, 100).contains(irq.target().vector())) {
                three.add(irq);
            }
        }
        Cpu cpu = ordered.cpu(0);
        cpu.claim();
        three.forEach(Irq::raise);
        cpu.poll();
        three.get(0).raise();
        cpu.poll();
        vectors.remove(3);
        three.forEach(Irq::raise);
        cpu.poll();
        return vectors;
    }

    @ParameterizedTest
    @EnumSource
    void setAffinity_whilePending_runsAtTheNewPlaceOnce(Protocol protocol) {
        Irq irq = open("a", ON_0, protocol, source -> log.add("on " + source.target()));
        cpu0.claim();
        cpu1.claim();
        irq.raise();
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_1));
        assertEquals(0, cpu0.poll(), "claimed by the move");
        assertEquals(1, cpu1.poll());
        assertEquals(List.of("on Target[cpu=1, vector=32]"), log);
        assertEquals(ON_1, irq.affinity());
        assertEquals(1, irq.moves());
        assertEquals(1, irq.retriggered());
    }

    @ParameterizedTest
    @EnumSource
    void setAffinity_refused_changesNothing(Protocol protocol) {
        Irq irq = open("a", ON_0, protocol, source -> log.add(source.name()));
        Target before = irq.target();
        assertEquals(MoveResult.EMPTY_MASK, irq.setAffinity(CpuMask.of()));
        assertEquals(
                "cpu=7, limit=3",
                assertThrows(IndexOutOfBoundsException.class, () -> irq.setAffinity(CpuMask.of(0, 7)))
                        .getMessage());
        domain.matrix().offline(2);
        assertEquals(MoveResult.NO_ONLINE_CPU, irq.setAffinity(CpuMask.of(2)));
        domain.matrix().online(2);
        List<Irq> full = new ArrayList<>();
        for (int i = 0; i < 201; i++) {
            full.add(open("full", ON_1));
        }
        assertTrue(domain.irq(source -> {}).affinity(ON_1).open().isEmpty());
        assertEquals(MoveResult.NO_VECTOR, irq.setAffinity(ON_1));
        assertEquals(before, irq.target());
        assertEquals(ON_0, irq.affinity());
        assertEquals(0, irq.moves());
        assertEquals(1, domain.matrix().allocated(0));
        assertThrows(NullPointerException.class, () -> irq.setAffinity(null));
        assertEquals(MoveResult.MOVED, irq.setAffinity(CpuMask.of(1, 2)), "CPU 2 has room");
        assertEquals(2, irq.target().cpu());
    }

    @Test
    void setAffinity_toWhereItIs_isNoMove_butTheMaskIsKept() {
        Irq irq = open("a", ON_0);
        assertEquals(MoveResult.UNCHANGED, irq.setAffinity(CpuMask.of(0, 1)));
        assertEquals(CpuMask.of(0, 1), irq.affinity());
        assertEquals(new Target(0, 32), irq.target());
        assertEquals(0, irq.moves());
    }

    /** Nobody can be in the middle of a poll that has taken its bit: nothing is left to be asked for. */
    @Test
    void setAffinity_byTheOwnerBetweenPolls_releasesTheOldVectorAtOnce() {
        Irq irq = open("a", ON_0);
        cpu0.claim();
        cpu1.claim();
        for (int round = 0; round < 3; round++) {
            irq.raise();
            assertEquals(MoveResult.MOVED, irq.setAffinity(ON_1));
            assertEquals(0, domain.matrix().allocated(0));
            assertEquals(0, cpu0.poll());
            assertEquals(1, cpu1.poll());
            assertEquals(MoveResult.MOVED, irq.setAffinity(ON_0), "not busy");
        }
        assertEquals(List.of(), domain.verify());
    }

    @Test
    void setAffinity_byTheOwnerInAHandler_leavesTheOldVectorToTheEndOfThePoll() {
        Irq[] other = new Irq[1];
        Irq irq = domain.irq(source -> {
                    assertEquals(MoveResult.MOVED, other[0].setAffinity(ON_1));
                    assertEquals(2, domain.matrix().allocated(0));
                })
                .affinity(ON_0)
                .open()
                .orElseThrow();
        other[0] = open("other", ON_0);
        cpu0.claim();
        irq.raise();
        assertEquals(1, cpu0.poll());
        assertEquals(1, domain.matrix().allocated(0));
        irq.close();
        cpu0.poll();
    }

    @Test
    void setAffinity_beforeTheOldVectorIsReleased_isBusy() throws Exception {
        Irq irq = open("a", ON_0);
        cpu0.claim();
        assertEquals(MoveResult.MOVED, Elsewhere.move(irq, ON_1));
        assertEquals(1, domain.matrix().allocated(0), "still held for raisers that read it");
        assertEquals(MoveResult.BUSY, irq.setAffinity(ON_0));
        assertEquals(1, irq.busy());
        assertEquals(0, cpu0.poll());
        assertEquals(0, domain.matrix().allocated(0));
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_0));
    }

    @Test
    void setAffinity_fromACpuWithoutOwner_releasesTheOldVectorAtOnce() {
        Irq irq = open("a", ON_0);
        for (int i = 0; i < 10; i++) {
            irq.raise();
            assertEquals(MoveResult.MOVED, irq.setAffinity(i % 2 == 0 ? ON_1 : ON_0));
        }
        assertEquals(0, domain.matrix().allocated(1));
        cpu0.claim();
        assertEquals(1, cpu0.poll(), "it was pending all the way");
    }

    @Test
    void setAffinity_threeStep_needsTheOldCpuToStandStill() throws Exception {
        Irq irq = open("a", ON_0, Protocol.THREE_STEP, source -> log.add(source.name()));
        onAnotherThread(() -> assertTrue(cpu0.claim()), () -> {
            assertEquals(MoveResult.NOT_OWNER, irq.setAffinity(ON_1));
            assertEquals(new Target(0, 32), irq.target());
            assertEquals(0, domain.matrix().allocated(1));
        });
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_1), "its owner has ended");
        assertNull(cpu0.owner());
        assertEquals(0, domain.matrix().allocated(0));
    }

    @Test
    void setAffinity_fromItsOwnHandler_movesIt() {
        for (Protocol protocol : Protocol.values()) {
            Irq irq = open(
                    protocol.name(),
                    ON_0,
                    protocol,
                    source -> log.add(
                            source.name() + source.setAffinity(source.target().cpu() == 0 ? ON_1 : ON_0)));
            cpu0.claim();
            irq.raise();
            assertEquals(1, cpu0.poll());
            assertEquals(1, irq.target().cpu());
        }
        assertEquals(List.of("STAMPEDMOVED", "THREE_STEPMOVED", "THREE_STEP_ALWAYSMOVED", "MASKEDMOVED"), log);
    }

    /** G6: the handler of vector 32 does not return; the interrupt at 33, taken by the same poll, is moved away. */
    @ParameterizedTest
    @EnumSource(names = {"STAMPED", "THREE_STEP_ALWAYS", "MASKED"})
    void setAffinity_takenByAPollThatIsStuck_runsAtItsNewCpuAtOnce(Protocol protocol) throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Irq sticky = open("sticky", ON_0, source -> {
            stuck.countDown();
            letGo.await();
        });
        Irq next = open(
                "next", ON_0, protocol, source -> log.add(Thread.currentThread().getName()));
        assertEquals(33, next.target().vector());
        Thread owner = new Thread(() -> {
            cpu0.claim();
            cpu0.poll();
        });
        sticky.raise();
        next.raise();
        owner.start();
        assertTrue(stuck.await(30, TimeUnit.SECONDS));
        assertEquals(MoveResult.MOVED, next.setAffinity(ON_1));
        cpu1.claim();
        assertEquals(1, cpu1.poll());
        assertEquals(List.of(Thread.currentThread().getName()), log);
        letGo.countDown();
        owner.join();
        assertTrue(next.runs() <= 2, "and once more, spurious, where the stuck poll had taken it");
    }

    /** G3: it is moved and raised while it runs; the new CPU does not run it beside the old one. */
    @Test
    void serve_whileItRunsElsewhere_waitsItsTurn() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Irq irq = open("a", ON_0, source -> {
            running.countDown();
            letGo.await();
        });
        Thread owner = new Thread(() -> {
            cpu0.claim();
            cpu0.poll();
        });
        irq.raise();
        owner.start();
        assertTrue(running.await(30, TimeUnit.SECONDS));
        assertEquals(MoveResult.MOVED, irq.setAffinity(ON_1));
        irq.raise();
        cpu1.claim();
        for (int i = 0; i < 100; i++) {
            assertEquals(0, cpu1.poll(), "no work: it runs on CPU 0");
        }
        assertEquals(100, cpu1.handedOff());
        assertEquals(1, irq.runs());
        letGo.countDown();
        owner.join();
        assertEquals(1, cpu1.poll());
        assertEquals(2, irq.runs());
    }

    @Test
    void handlerThrows_isReported_andNobodyElseIsHurt() {
        RuntimeException error = new RuntimeException("from a handler");
        open("a", ON_0, source -> {
                    throw error;
                })
                .raise();
        open("b", ON_0).raise();
        cpu0.claim();
        assertEquals(2, cpu0.poll());
        assertEquals(List.of(error), errors);
        assertEquals(List.of("b"), log);
    }

    @Test
    void errorHandlerThrows_endsThePoll_andTheRestStaysPending() {
        VectorDomain strict = VectorDomain.builder(1)
                .errorHandler((irq, error) -> {
                    throw new IllegalStateException(error);
                })
                .build();
        Cpu cpu = strict.cpu(0);
        Irq bad = strict.irq(source -> {
                    throw new Exception("checked");
                })
                .open()
                .orElseThrow();
        Irq good = strict.irq(source -> log.add("good")).open().orElseThrow();
        cpu.claim();
        bad.raise();
        good.raise();
        assertThrows(IllegalStateException.class, cpu::poll);
        assertEquals(1, bad.runs());
        assertEquals(0, good.runs());
        assertEquals(1, cpu.poll());
        assertEquals(List.of("good"), log);
        assertEquals(cpu.taken(), cpu.runs() + cpu.handedOff() + cpu.strays());
    }

    @Test
    void poll_byAnotherThread_namesBoth() throws Exception {
        assertTrue(assertThrows(IllegalStateException.class, cpu0::poll)
                .getMessage()
                .contains("owner=none"));
        onAnotherThread(() -> assertTrue(cpu0.claim()), () -> {
            assertFalse(cpu0.claim());
            String message =
                    assertThrows(IllegalStateException.class, cpu0::poll).getMessage();
            assertTrue(message.contains(Thread.currentThread().toString()), message);
            assertTrue(message.contains("owner=" + cpu0.owner()), message);
            assertThrows(IllegalStateException.class, cpu0::release);
        });
        assertTrue(cpu0.claim(), "its owner has ended");
        assertSame(Thread.currentThread(), cpu0.owner());
        assertTrue(cpu0.claim(), "it is the caller's already");
        assertThrows(IllegalArgumentException.class, () -> cpu0.poll(0));
    }

    @Test
    void pollInAHandler_ofAnyCpu_isRefused() {
        open("a", ON_0, source -> cpu0.poll()).raise();
        open("b", ON_0, source -> cpu1.poll()).raise();
        open("c", ON_0, source -> cpu0.release()).raise();
        cpu0.claim();
        cpu1.claim();
        assertEquals(3, cpu0.poll());
        assertEquals(3, errors.size());
        for (Throwable error : errors) {
            assertTrue(error instanceof IllegalStateException, error.toString());
            assertTrue(error.getMessage().contains("from within a handler on CPU 0"), error.getMessage());
        }
    }

    @Test
    void close_answersClosed_andFreesTheVector() {
        Irq irq = open("a", ON_0);
        cpu0.claim();
        irq.raise();
        assertEquals(CloseResult.CLOSED, irq.close());
        assertEquals(CloseResult.CLOSED, irq.close());
        assertEquals(RaiseResult.CLOSED, irq.raise());
        assertEquals(RaiseResult.CLOSED, irq.retrigger());
        assertEquals(MoveResult.CLOSED, irq.setAffinity(ON_1));
        assertNull(irq.target());
        assertEquals(0, cpu0.poll());
        assertEquals(0, irq.runs());
        assertEquals(0, domain.matrix().allocated(0));
    }

    @Test
    void close_inItsOwnHandler_isClosingUntilTheRunEnds() {
        List<CloseResult> results = new ArrayList<>();
        Irq irq = open("a", ON_0, source -> {
            source.retrigger();
            results.add(source.close());
        });
        cpu0.claim();
        irq.raise();
        assertEquals(1, cpu0.poll());
        assertEquals(List.of(CloseResult.CLOSING), results);
        assertTrue(irq.isClosed());
        assertEquals(0, cpu0.poll());
        assertEquals(1, irq.runs());
    }

    @Test
    void close_inMidMove_freesBothVectors() throws Exception {
        Irq irq = open("a", ON_0);
        cpu0.claim();
        cpu1.claim();
        irq.raise();
        assertEquals(MoveResult.MOVED, Elsewhere.move(irq, ON_1));
        assertEquals(CloseResult.CLOSED, irq.close());
        assertEquals(1, domain.matrix().allocated(0));
        assertEquals(1, domain.matrix().allocated(1));
        cpu0.poll();
        cpu1.poll();
        assertEquals(0, domain.matrix().allocated(0));
        assertEquals(0, domain.matrix().allocated(1));
        assertEquals(0, irq.runs());
    }

    @Test
    void open_badArguments_areNamed() {
        assertEquals(
                "cpus=0, minimum=1, maximum=32768",
                assertThrows(IllegalArgumentException.class, () -> VectorDomain.ofCpus(0))
                        .getMessage());
        assertEquals(
                "cpu=3, limit=3",
                assertThrows(IndexOutOfBoundsException.class, () -> domain.cpu(3))
                        .getMessage());
        assertThrows(NullPointerException.class, () -> domain.irq(null));
        assertThrows(
                IllegalArgumentException.class, () -> domain.irq(source -> {}).affinity(CpuMask.of()));
    }

    /** Runs the first on a thread that lives on while the second runs here. */
    private static void onAnotherThread(Runnable there, Runnable here) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            there.run();
            done.countDown();
            try {
                end.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        try {
            assertTrue(done.await(30, TimeUnit.SECONDS));
            here.run();
        } finally {
            end.countDown();
            thread.join();
        }
    }
}
