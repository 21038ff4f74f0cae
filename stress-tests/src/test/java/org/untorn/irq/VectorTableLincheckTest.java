// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.untorn.matrix.VectorLayout;
import org.untorn.stress.Lincheck;

/**
 * Interrupts are opened and closed on a CPU with one vector. Who was given the vector finds its interrupt in the slot, until
 * it is closed (G8, G10, Cpu I1, I2). One thread closes, and so does the owner's work: of two, one may leave it to the other.
 */
@Tag("lincheck")
class VectorTableLincheckTest {
    @Test
    @Tag("thorough")
    void slots_underStress_areLinearizable() {
        Lincheck.holdsUnderStress(Library.class);
    }

    @Test
    void slots_areLinearizable() {
        Lincheck.holds(Library.class);
    }

    @Test
    void slotEmptiedAfterItsVectorIsFreed_isFoundBroken() {
        Lincheck.isFoundBroken(Broken.class);
    }

    /** The library's: allocate and install, release and free. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class Library {
        private final VectorDomain domain =
                VectorDomain.builder(1).layout(VectorLayout.of(32, 33)).build();
        private final Irq[] opened = new Irq[8];

        @Operation
        public boolean open(@Param(name = "thread") int thread) {
            if (opened[thread] == null) {
                opened[thread] = domain.irq(source -> {}).open().orElse(null);
            }
            return opened[thread] != null;
        }

        @Operation
        public boolean isInItsSlot(@Param(name = "thread") int thread) {
            return opened[thread] != null && domain.cpu(0).slot(32) == opened[thread];
        }

        @Operation(nonParallelGroup = "owner")
        public void close(@Param(name = "thread") int thread) {
            if (opened[thread] != null) {
                opened[thread].close();
                opened[thread] = null;
            }
        }
    }

    /** The vector is freed, then the slot is emptied by a blind store: Linux, for ten years. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class Broken {
        private final AtomicInteger free = new AtomicInteger(1);
        private final AtomicReference<Integer> slot = new AtomicReference<>();
        private final Integer[] opened = new Integer[8];

        @Operation
        public boolean open(@Param(name = "thread") int thread) {
            if (opened[thread] == null && free.compareAndSet(1, 0)) {
                opened[thread] = thread;
                slot.set(thread);
            }
            return opened[thread] != null;
        }

        @Operation
        public boolean isInItsSlot(@Param(name = "thread") int thread) {
            return opened[thread] != null && opened[thread].equals(slot.get());
        }

        @Operation(nonParallelGroup = "owner")
        public void close(@Param(name = "thread") int thread) {
            if (opened[thread] != null) {
                opened[thread] = null;
                free.set(1);
                slot.set(null);
            }
        }
    }
}
