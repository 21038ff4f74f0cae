// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import org.untorn.msi.MessageRegister;
import org.untorn.msi.SplitRegister;

/**
 * Ways to move an interrupt that lose: what the library's protocols are measured against. They run through the same
 * {@link Irq}, {@link Cpu} and {@link VectorDomain}; only the register half of the move is theirs.
 */
public enum Controls implements Migration {
    /** Address, then data, no check, no stamp: what Linux did until 2020. */
    TORN {
        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
            SplitRegister split = ((Unstamped) register).split;
            split.writeAddress(cpu);
            split.writeData(vector);
            return false;
        }
    },
    /**
     * The three steps as on hardware: a check, but no stamp. There the old CPU has its interrupts off and a read-back
     * flushes the device's writes; a thread that was suspended between reading and raising has nothing like it.
     */
    THREE_STEP_HARDWARE {
        @Override
        public boolean stopsOldCpu() {
            return true;
        }

        @Override
        public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
            SplitRegister split = ((Unstamped) register).split;
            split.writeData(vector);
            split.writeAddress(cpu);
            return old.pending().test(vector);
        }
    };

    /** Opens an interrupt that is moved this way. */
    public VectorDomain.IrqBuilder on(VectorDomain.IrqBuilder builder) {
        return builder.migration(this);
    }

    @Override
    public MessageRegister register() {
        return new Unstamped(new SplitRegister());
    }

    @Override
    public void program(MessageRegister register, int cpu, int vector) {
        ((Unstamped) register).split.writeAddress(cpu);
        ((Unstamped) register).split.writeData(vector);
    }

    @Override
    public void unprogram(MessageRegister register) {
        ((Unstamped) register).split.unprogram();
    }

    /** A split register whose readers do not look at the stamp. */
    private record Unstamped(SplitRegister split) implements MessageRegister {
        @Override
        public long read() {
            return split.read();
        }

        @Override
        public boolean isCurrent(long reading) {
            return true;
        }
    }
}
