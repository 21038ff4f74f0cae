// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import org.untorn.msi.MessageRegister;
import org.untorn.msi.MsiMessage;
import org.untorn.msi.PairedRegister;
import org.untorn.msi.SplitRegister;
import org.untorn.pending.PendingBitmap;

/**
 * The register half of a move: makes the register of one kind, and rewrites it while raisers read it. The other half,
 * the same for all, is in {@link Irq}.
 *
 * <p>Written here because the controls in the test jar implement it as well: they share everything with the library
 * but these few lines.
 */
interface Migration {
    /** A register that names the place. */
    MessageRegister register(int cpu, int vector);

    /** Makes the register unprogrammed. One thread at a time, never together with {@link #rewrite}. */
    void unprogram(MessageRegister register);

    /** Whether nobody may poll the old CPU during the move. */
    default boolean stopsOldCpu() {
        return false;
    }

    /**
     * Rewrites the register. One thread at a time for one interrupt.
     *
     * @param old what is pending on the CPU it leaves
     * @return whether the interrupt has to be retriggered
     */
    boolean rewrite(MessageRegister register, int cpu, int vector, PendingBitmap old);

    /** The library's own, in the order of {@link Protocol}. */
    static Migration of(Protocol protocol) {
        return switch (protocol) {
            case STAMPED -> Stamped.INSTANCE;
            case THREE_STEP -> ThreeStep.INSTANCE;
            case THREE_STEP_ALWAYS -> ThreeStepAlways.INSTANCE;
        };
    }

    /** One word, one compareAndSet. */
    enum Stamped implements Migration {
        INSTANCE;

        @Override
        public MessageRegister register(int cpu, int vector) {
            return new PairedRegister(MsiMessage.of(cpu, vector));
        }

        @Override
        public void unprogram(MessageRegister register) {
            ((PairedRegister) register).unprogram();
        }

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, PendingBitmap old) {
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
        public MessageRegister register(int cpu, int vector) {
            return new SplitRegister(MsiMessage.of(cpu, vector));
        }

        @Override
        public void unprogram(MessageRegister register) {
            ((SplitRegister) register).unprogram();
        }

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, PendingBitmap old) {
            SplitRegister split = (SplitRegister) register;
            split.writeData(vector); // step 1: the new vector on the old CPU
            split.writeAddress(cpu); // step 2: the new CPU
            return mustRetrigger(vector, old); // step 3
        }

        abstract boolean mustRetrigger(int vector, PendingBitmap old);
    }

    /**
     * Step 3 as a check, with the old CPU standing still. What a raiser set there by the transient pair is either seen
     * by the check, or was set after it; then that raiser finds the stamp of step 2 and raises again itself.
     */
    final class ThreeStep extends TwoWrites {
        static final Migration INSTANCE = new ThreeStep();

        @Override
        public boolean stopsOldCpu() {
            return true;
        }

        @Override
        boolean mustRetrigger(int vector, PendingBitmap old) {
            return old.test(vector);
        }
    }

    /** Step 3 without a check, so that the old CPU need not stand still. */
    final class ThreeStepAlways extends TwoWrites {
        static final Migration INSTANCE = new ThreeStepAlways();

        @Override
        boolean mustRetrigger(int vector, PendingBitmap old) {
            return true;
        }
    }
}
