// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.untorn.matrix.CpuMask;

class DomainSnapshotTest {
    private final VectorDomain domain = VectorDomain.ofCpus(2);
    private final Irq socket = domain.irq(source -> {})
            .name("socket")
            .affinity(CpuMask.of(0))
            .open()
            .orElseThrow();
    private final Irq timer = domain.irq(source -> {})
            .name("timer")
            .protocol(Protocol.MASKED)
            .affinity(CpuMask.of(1))
            .managed()
            .open()
            .orElseThrow();

    private void serve(Irq irq, int times) {
        Cpu cpu = domain.cpu(irq.target().cpu());
        cpu.claim();
        for (int i = 0; i < times; i++) {
            irq.raise();
            cpu.poll();
        }
    }

    @Test
    void snapshot_saysWhereEachIs_andHowOftenItRan() {
        serve(socket, 3);
        serve(timer, 2);
        timer.mask();
        DomainSnapshot snapshot = domain.snapshot();
        assertEquals(2, snapshot.irqs().size());
        assertSame(socket, snapshot.irqs().get(0).irq());
        assertEquals("""
                           runs      moves   CPU vector
                  0:          3          0     0     32  Stamped          socket
                  1:          2          0     1     32  Masked           timer, managed, masked
                           CPU0       CPU1
                RUN:          3          2  handler runs
                HND:          0          0  handed off: running elsewhere
                HLD:          0          0  held: masked
                FWD:          0          0  forwarded: found at a vector that was left
                STR:          0          0  strays
                """, snapshot.toString());
        serve(socket, 1);
        assertEquals(3, snapshot.irqs().get(0).runs(), "a plain value");
    }

    @Test
    void since_isWhatHappenedInBetween() {
        serve(socket, 3);
        DomainSnapshot before = domain.snapshot();
        serve(socket, 4);
        Irq late = domain.irq(source -> {}).affinity(CpuMask.of(1)).open().orElseThrow();
        serve(late, 5);
        DomainSnapshot since = domain.snapshot().since(before);
        assertTrue(since.nanos() > 0);
        assertEquals(4, since.cpus().get(0).runs());
        assertEquals(5, since.cpus().get(1).runs());
        assertEquals(4, since.irqs().get(0).runs());
        assertEquals(2, since.irqs().size(), "the late one was not there before");
    }

    @Test
    void since_ofAnotherDomain_isAnError() {
        DomainSnapshot other = VectorDomain.ofCpus(3).snapshot();
        assertEquals(
                "cpus=3, expected=2",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> domain.snapshot().since(other))
                        .getMessage());
    }

    @Test
    void snapshot_oneThatHasLeftAndIsNotReleased_isListedOnce() {
        domain.cpu(0).claim();
        domain.cpu(1).claim();
        socket.setAffinity(CpuMask.of(1));
        assertEquals(
                1,
                domain.snapshot().irqs().stream()
                        .filter(each -> each.irq() == socket)
                        .count());
    }

    @Test
    void snapshot_whileItMoves_listsItOnceAtMost() throws Exception {
        Thread mover = new Thread(() -> {
            for (int move = 0; !Thread.currentThread().isInterrupted(); move++) {
                socket.setAffinity(CpuMask.of(move & 1));
            }
        });
        mover.start();
        long most = 0;
        for (int i = 0; i < 20_000; i++) {
            most = Math.max(
                    most,
                    domain.snapshot().irqs().stream()
                            .filter(each -> each.irq() == socket)
                            .count());
        }
        mover.interrupt();
        mover.join();
        assertEquals(1, most);
    }

    @Test
    void asleepNanos_isTheTimeBetweenAnnounceAndEnd() {
        Cpu cpu = domain.cpu(0);
        cpu.claim();
        assertEquals(0, cpu.asleepNanos());
        DomainSnapshot before = domain.snapshot();
        assertTrue(cpu.announceSleep());
        long asleep = domain.snapshot().since(before).cpus().get(0).asleepNanos();
        assertTrue(asleep > 0 && asleep <= cpu.asleepNanos(), "while it sleeps");
        cpu.endSleep();
        long slept = cpu.asleepNanos();
        assertTrue(slept >= asleep);
        assertTrue(cpu.announceSleep());
        cpu.release();
        assertTrue(cpu.asleepNanos() > slept, "a release ends it too");
        slept = cpu.asleepNanos();
        assertEquals(slept, cpu.asleepNanos(), "it is awake");
    }

    @Test
    void asleepNanos_announcedTwice_countsOnce() {
        Cpu cpu = domain.cpu(0);
        cpu.claim();
        long begun = System.nanoTime();
        assertTrue(cpu.announceSleep());
        assertTrue(cpu.announceSleep());
        assertTrue(cpu.asleepNanos() <= System.nanoTime() - begun + 1);
        socket.raise();
        assertFalse(cpu.announceSleep(), "this ends the sleep");
        long slept = cpu.asleepNanos();
        assertEquals(slept, cpu.asleepNanos());
        assertFalse(cpu.isAsleep());
    }
}
