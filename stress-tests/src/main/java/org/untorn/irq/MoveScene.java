// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import org.untorn.matrix.CpuMask;
import org.untorn.matrix.VectorLayout;
import org.untorn.msi.MessageRegister;

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
    final Irq neighbour;
    final Irq irq;
    int payload; // plain: written before a raise
    int seen; // plain: written by the handler

    private static int scenes; // racy: all that matters is that it changes
    private final int delay = scenes++ & 31;

    MoveScene(Migration migration) {
        neighbour = open(Migration.of(Protocol.STAMPED), source -> {});
        irq = open(migration, source -> seen = payload);
    }

    private Irq open(Migration migration, IrqHandler handler) {
        return domain.irq(handler).affinity(ON_0).migration(migration).open().orElseThrow();
    }

    /** The device. A move takes longer than a raise: it waits for a while, so that the raise meets any part of it. */
    final void post() {
        post(irq);
    }

    final void post(Irq raised) {
        pause(delay);
        payload = 1;
        raised.raise();
    }

    /** The owner of CPU 0 serves what is pending there, and what is asked of it. */
    final void poll0() {
        own(cpu0);
        cpu0.poll();
        cpu0.release();
    }

    /** The owner of CPU 0 moves the interrupt away, then serves what is left. */
    final void moveAndPoll() {
        own(cpu0);
        irq.setAffinity(ON_1);
        cpu0.poll();
        cpu0.release();
    }

    /** As above, there and back. */
    final void moveThereAndBack() {
        own(cpu0);
        irq.setAffinity(ON_1);
        cpu0.poll();
        irq.setAffinity(ON_0);
        cpu0.release();
    }

    /** Polls until nothing can be pending; what the last run saw. */
    final int seenAtTheEnd() {
        for (int round = 0; round < 3; round++) {
            for (int cpu = 0; cpu < domain.cpus(); cpu++) {
                own(domain.cpu(cpu));
                domain.cpu(cpu).poll();
                domain.cpu(cpu).release();
            }
        }
        return seen;
    }

    /** Waits for a mover or closer that serves this CPU in passing. */
    static void own(Cpu cpu) {
        while (!cpu.claim()) {
            Thread.onSpinWait();
        }
    }

    /** As if the thread was suspended, but shorter. */
    static void pause(int turns) {
        for (int turn = 0; turn < turns; turn++) {
            Thread.onSpinWait();
        }
    }

    /**
     * A protocol whose raisers do not ask whether the message is still there, and take a while between reading it and
     * setting the bit.
     */
    static final class Unasked implements Migration {
        private final Migration migration;

        private final int turns;

        Unasked(Migration migration) {
            this(migration, 60);
        }

        Unasked(Migration migration, int turns) {
            this.migration = migration;
            this.turns = turns;
        }

        @Override
        public MessageRegister register() {
            return new Register(migration.register(), turns);
        }

        @Override
        public void program(MessageRegister register, int cpu, int vector) {
            migration.program(((Register) register).asked, cpu, vector);
        }

        @Override
        public void unprogram(MessageRegister register) {
            migration.unprogram(((Register) register).asked);
        }

        @Override
        public boolean stopsOldCpu() {
            return migration.stopsOldCpu();
        }

        @Override
        public boolean detaches() {
            return migration.detaches();
        }

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
            return migration.rewrite(((Register) register).asked, cpu, vector, old);
        }

        private record Register(MessageRegister asked, int turns) implements MessageRegister {
            @Override
            public long read() {
                long reading = asked.read();
                pause(turns);
                return reading;
            }

            @Override
            public boolean isCurrent(long reading) {
                return true;
            }
        }
    }
}
