// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import org.untorn.msi.MessageRegister;
import org.untorn.msi.MsiMessage;
import org.untorn.msi.PairedRegister;
import org.untorn.msi.RemappingTable;
import org.untorn.msi.SplitRegister;

/**
 * The register half of a move: makes the register of one kind, and rewrites it while raisers read it. The other half,
 * the same for all, is in {@link Irq}.
 *
 * <p>Written here because the controls in the test jar implement it as well: they share everything with the library
 * but these few lines.
 */
interface Migration {
    /** What it is called in listings and events. */
    default String title() {
        return getClass().getSimpleName();
    }

    /** An unprogrammed register, or null if there is none to be had. */
    MessageRegister register();

    /** Whether the register has to be given back. */
    default boolean disposes() {
        return false;
    }

    /** Gives the register back: its interrupt is closed, and no place names it any more. */
    default void dispose(MessageRegister register) {}

    /** Writes an unprogrammed register. One thread at a time, as all that follow. */
    void program(MessageRegister register, int cpu, int vector);

    /** Makes the register unprogrammed. */
    void unprogram(MessageRegister register);

    /** Whether nobody may poll the old CPU during the move. */
    default boolean stopsOldCpu() {
        return false;
    }

    /** Whether the register names no place for a moment during the move, so that raises must be held. */
    default boolean detaches() {
        return false;
    }

    /**
     * Rewrites the register.
     *
     * @param old the CPU it leaves
     * @return whether the interrupt has to be retriggered
     */
    boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old);

    /** The library's own, in the order of {@link Protocol}. */
    static Migration of(Protocol protocol) {
        return switch (protocol) {
            case STAMPED -> Stamped.INSTANCE;
            case THREE_STEP -> ThreeStep.INSTANCE;
            case THREE_STEP_ALWAYS -> ThreeStepAlways.INSTANCE;
            case MASKED -> Masked.INSTANCE;
        };
    }

    /** One word, one compareAndSet. */
    enum Stamped implements Migration {
        INSTANCE;

        @Override
        public MessageRegister register() {
            return new PairedRegister();
        }

        @Override
        public void program(MessageRegister register, int cpu, int vector) {
            ((PairedRegister) register).write(MsiMessage.of(cpu, vector));
        }

        @Override
        public void unprogram(MessageRegister register) {
            ((PairedRegister) register).unprogram();
        }

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
            PairedRegister paired = (PairedRegister) register;
            if (!paired.compareAndSet(paired.read(), cpu, vector)) {
                throw new IllegalStateException("register=" + paired + ": written by two movers at once");
            }
            return false;
        }
    }

    /** Two writes to a split register: first the data, then the address, so that no torn pair is ever in it. */
    abstract class TwoWrites implements Migration {
        @Override
        public MessageRegister register() {
            return new SplitRegister();
        }

        @Override
        public void program(MessageRegister register, int cpu, int vector) {
            ((SplitRegister) register).writeAddress(cpu); // first, so that no vector is seen with another CPU
            ((SplitRegister) register).writeData(vector);
        }

        @Override
        public void unprogram(MessageRegister register) {
            ((SplitRegister) register).unprogram();
        }

        void writeBoth(MessageRegister register, int cpu, int vector) {
            SplitRegister split = (SplitRegister) register;
            split.writeData(vector); // step 1: the new vector on the old CPU
            split.writeAddress(cpu); // step 2: the new CPU
        }
    }

    /**
     * Step 3 as a check, with the old CPU standing still. What a raiser set there by the transient pair is either seen
     * by the check, or was set after it; then that raiser finds the stamp of step 2 and raises again itself.
     *
     * <p>The transient place may be a neighbour's, and the neighbour may be moved off meanwhile: its mover takes the bit
     * that the check looks for. So the check is trusted only if the slot is as it was, since only the owner empties it,
     * and the neighbour's register named that place all the time: its mover writes the register before it takes the bit.
     */
    class ThreeStep extends TwoWrites {
        static final Migration INSTANCE = new ThreeStep();

        @Override
        public boolean stopsOldCpu() {
            return true;
        }

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
            Irq neighbour = old.slot(vector);
            long reading = neighbour == null ? 0L : neighbour.register.read();
            writeBoth(register, cpu, vector);
            return old.pending().test(vector)
                    || old.slot(vector) != neighbour
                    || neighbour != null && !(names(reading, old, vector) && neighbour.register.isCurrent(reading));
        }

        private static boolean names(long reading, Cpu cpu, int vector) {
            return MessageRegister.destination(reading) == cpu.index() && MessageRegister.vector(reading) == vector;
        }
    }

    /** Step 3 without a check, so that the old CPU need not stand still. */
    final class ThreeStepAlways extends TwoWrites {
        static final Migration INSTANCE = new ThreeStepAlways();

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
            writeBoth(register, cpu, vector);
            return true;
        }
    }

    /**
     * Masks the device while it writes: an unprogrammed register is one that does not send. Raises are held meanwhile
     * and replayed by the mover.
     */
    final class Masked extends TwoWrites {
        static final Migration INSTANCE = new Masked();

        @Override
        public boolean detaches() {
            return true;
        }

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
            unprogram(register);
            program(register, cpu, vector);
            return false;
        }
    }

    /** Direct, masked or three steps, as the policy says. */
    static Migration of(MigrationPolicy policy, boolean maskable) {
        if (maskable) {
            return Masked.INSTANCE;
        }
        return policy == MigrationPolicy.LINUX ? Guarded.INSTANCE : Unguarded.INSTANCE;
    }

    /** For a source that cannot be masked: directly if the vector stays the same, else in three steps. */
    final class Guarded extends ThreeStep {
        static final Migration INSTANCE = new Guarded();

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
            if (MessageRegister.vector(register.read()) == vector) {
                ((SplitRegister) register).writeAddress(cpu); // one write: nothing to tear
                return false;
            }
            return super.rewrite(register, cpu, vector, old);
        }
    }

    /** The same source with the guard inverted: address, then data, no check. */
    final class Unguarded extends TwoWrites {
        static final Migration INSTANCE = new Unguarded();

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
            program(register, cpu, vector);
            return false;
        }
    }

    /** The device's message is the handle of a table entry, the entry is rewritten: one word, as stamped. */
    record Remapped(RemappingTable table) implements Migration {
        @Override
        public MessageRegister register() {
            return table.allocate();
        }

        @Override
        public boolean disposes() {
            return true;
        }

        @Override
        public void dispose(MessageRegister register) {
            ((RemappingTable.Entry) register).free();
        }

        @Override
        public void program(MessageRegister register, int cpu, int vector) {
            rewrite(register, cpu, vector, null);
        }

        @Override
        public void unprogram(MessageRegister register) {
            ((RemappingTable.Entry) register).unprogram();
        }

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
            if (!((RemappingTable.Entry) register).compareAndSet(register.read(), cpu, vector)) {
                throw new IllegalStateException("entry=" + register + ": written by two movers at once");
            }
            return false;
        }
    }
}
