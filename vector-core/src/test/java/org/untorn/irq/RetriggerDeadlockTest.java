// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.untorn.matrix.CpuMask;
import org.untorn.msi.MessageRegister;

/**
 * The call chain of the deadlock of January 2020: take_cpu_down, fixup_irqs, irq_migrate_all_off_this_cpu,
 * msi_set_affinity, and in the middle of the move apic_retrigger_irq, which took vector_lock a second time (G5).
 */
class RetriggerDeadlockTest {
    private static final long PATIENCE_MILLIS = 2_000;

    private final VectorDomain domain = VectorDomain.ofCpus(2);

    /** Every interrupt is pending, so every move retriggers. */
    @Test
    void takeCpuDown_retriggerInsideTheMove_comesBack() throws Exception {
        for (Protocol protocol : Protocol.values()) {
            List<Irq> irqs = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                irqs.add(open(new RetriggersInside(Migration.of(protocol))));
            }
            assertTrue(comesBack(() -> takeCpuDown(irqs)), ThreadDump::take);
            for (Irq irq : irqs) {
                assertEquals(1, irq.target().cpu());
                assertEquals(1, irq.runs(), irq.toString());
                assertEquals(CloseResult.CLOSED, irq.close());
            }
        }
    }

    /** The same walk with the first patch's lock, which is not reentrant: this test would have seen the deadlock. */
    @Test
    void takeCpuDown_withTheFirstPatchsLock_isSeenToDeadlock() throws Exception {
        Semaphore vectorLock = new Semaphore(1);
        List<Irq> irqs = List.of(open(new FirstPatch(vectorLock)));
        assertFalse(comesBack(() -> takeCpuDown(irqs)));
    }

    private Irq open(Migration migration) {
        Irq irq = domain.irq(source -> {})
                .affinity(CpuMask.of(0))
                .migration(migration)
                .open()
                .orElseThrow();
        if (migration instanceof RetriggersInside inside) {
            inside.irq = irq;
        }
        return irq;
    }

    private void takeCpuDown(List<Irq> irqs) {
        Cpu dying = domain.cpu(0);
        Cpu other = domain.cpu(1);
        assertTrue(dying.claim());
        for (Irq irq : irqs) {
            irq.raise();
        }
        for (Irq irq : irqs) {
            assertEquals(MoveResult.MOVED, irq.setAffinity(CpuMask.of(1)));
        }
        assertEquals(0, dying.poll());
        dying.release();
        assertTrue(other.claim());
        assertEquals(irqs.size(), other.poll());
        other.release();
    }

    /** Whether the walk ends; if it does not, the thread is found waiting inside the retrigger and let go. */
    private static boolean comesBack(Runnable walk) throws InterruptedException {
        List<Throwable> failure = new ArrayList<>();
        Thread thread = new Thread(walk, "take_cpu_down");
        thread.setUncaughtExceptionHandler((dead, error) -> failure.add(error));
        thread.start();
        thread.join(PATIENCE_MILLIS);
        if (!thread.isAlive()) {
            failure.forEach(error -> {
                throw new AssertionError(error);
            });
            return true;
        }
        String dump = ThreadDump.take();
        assertTrue(dump.contains("FirstPatch.retrigger"), dump);
        assertTrue(dump.contains("FirstPatch.rewrite"), dump);
        assertTrue(dump.contains("setAffinity"), dump);
        thread.interrupt();
        thread.join();
        return false;
    }

    /** Retriggers its interrupt in the middle of the move, where msi_set_affinity did. */
    private static class RetriggersInside implements Migration {
        private final Migration migration;
        Irq irq;

        RetriggersInside(Migration migration) {
            this.migration = migration;
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
        public boolean detaches() {
            return migration.detaches();
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
            boolean mustRetrigger = migration.rewrite(register, cpu, vector, old);
            retrigger();
            return mustRetrigger;
        }

        void retrigger() {
            irq.retrigger();
        }
    }

    /** The patch of 28 January 2020, 14:38: vector_lock around the move, and taken again by the retrigger. */
    private static final class FirstPatch extends RetriggersInside {
        private final Semaphore vectorLock;

        FirstPatch(Semaphore vectorLock) {
            super(Migration.of(Protocol.THREE_STEP));
            this.vectorLock = vectorLock;
        }

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
            lock();
            try {
                return super.rewrite(register, cpu, vector, old);
            } finally {
                vectorLock.release();
            }
        }

        @Override
        void retrigger() {
            lock();
            try {
                super.retrigger();
            } finally {
                vectorLock.release();
            }
        }

        private void lock() {
            try {
                if (!vectorLock.tryAcquire(1, TimeUnit.HOURS)) {
                    throw new IllegalStateException("not acquired");
                }
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException("let go", interrupted);
            }
        }
    }
}
