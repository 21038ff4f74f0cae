// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import org.untorn.matrix.CpuMask;
import org.untorn.matrix.VectorLayout;
import org.untorn.msi.MessageRegister;
import org.untorn.pending.PendingBitmap;

/**
 * An interrupt on vector 33 of CPU 0 that will go to vector 32 of CPU 1. Another one stays on vector 32 of CPU 0, so
 * that a torn or transient pair names a place where somebody else lives.
 */
abstract class MoveScene {
    static final CpuMask ON_0 = CpuMask.of(0);
    static final CpuMask ON_1 = CpuMask.of(1);
    private static final VectorLayout LAYOUT = VectorLayout.of(32, 36);

    final VectorDomain domain = VectorDomain.builder(2).layout(LAYOUT).build();
    final Cpu cpu0 = domain.cpu(0);
    final Cpu cpu1 = domain.cpu(1);
    final Irq irq;
    int payload; // plain: written before a raise
    int seen; // plain: written by the handler

    MoveScene(Migration migration) {
        open(Migration.of(Protocol.STAMPED), source -> {});
        irq = open(migration, source -> seen = payload);
    }

    private Irq open(Migration migration, IrqHandler handler) {
        return domain.irq(handler).affinity(ON_0).migration(migration).open().orElseThrow();
    }

    /** The device. */
    final void post() {
        payload = 1;
        irq.raise();
    }

    /** The owner of CPU 0 moves the interrupt away, then serves what is left. */
    final void moveAndPoll() {
        cpu0.claim();
        irq.setAffinity(ON_1);
        cpu0.poll();
        cpu0.release();
    }

    /** As above, there and back. */
    final void moveThereAndBack() {
        cpu0.claim();
        irq.setAffinity(ON_1);
        cpu0.poll();
        irq.setAffinity(ON_0);
        cpu0.release();
    }

    /** Polls until nothing can be pending; what the last run saw. */
    final int seenAtTheEnd() {
        for (int round = 0; round < 3; round++) {
            for (int cpu = 0; cpu < domain.cpus(); cpu++) {
                domain.cpu(cpu).claim();
                domain.cpu(cpu).poll();
                domain.cpu(cpu).release();
            }
        }
        return seen;
    }

    /** A register whose raisers ask a question of their own in place of {@link MessageRegister#isCurrent}. */
    abstract static class Weak implements MessageRegister {
        final MessageRegister register;

        Weak(MessageRegister register) {
            this.register = register;
        }

        @Override
        public long read() {
            return register.read();
        }
    }

    /** The stamped protocol over a register that is weakened. */
    abstract static class WeakStamped implements Migration {
        private static final Migration STAMPED = Migration.of(Protocol.STAMPED);

        abstract Weak weaken(MessageRegister register);

        @Override
        public MessageRegister register(int cpu, int vector) {
            return weaken(STAMPED.register(cpu, vector));
        }

        @Override
        public void unprogram(MessageRegister register) {
            STAMPED.unprogram(((Weak) register).register);
        }

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, PendingBitmap old) {
            return STAMPED.rewrite(((Weak) register).register, cpu, vector, old);
        }
    }
}
