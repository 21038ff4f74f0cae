// SPDX-License-Identifier: Apache-2.0
package org.untorn.pending;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.untorn.stress.Lincheck;

/** Raises, takes and clears of a few vectors in one word have an order (PendingBitmap I1). */
@Tag("lincheck")
class PendingBitmapLincheckTest {
    @Test
    @Tag("thorough")
    void pendingBitmap_underStress_isLinearizable() {
        Lincheck.holdsUnderStress(Library.class);
    }

    @Test
    void pendingBitmap_isLinearizable() {
        Lincheck.holds(Library.class);
    }

    @Test
    void takeByLoadAndStore_isFoundBroken() {
        Lincheck.isFoundBroken(Broken.class);
    }

    /** The library's. */
    @Param(name = "vector", gen = IntGen.class, conf = "0:2")
    public static class Library {
        private final PendingBitmap pending = new PendingBitmap(64);

        @Operation
        public boolean raise(@Param(name = "vector") int vector) {
            return pending.raise(vector);
        }

        @Operation
        public boolean clear(@Param(name = "vector") int vector) {
            return pending.clear(vector);
        }

        @Operation
        public boolean test(@Param(name = "vector") int vector) {
            return pending.test(vector);
        }

        @Operation
        public long takeWord() {
            return pending.takeWord(0);
        }

        @Operation
        public long putBack() {
            return pending.raiseAll(0, 3L);
        }
    }

    /** A take in two steps. */
    @Param(name = "vector", gen = IntGen.class, conf = "0:2")
    public static class Broken {
        private volatile long word;

        @Operation
        public synchronized boolean raise(@Param(name = "vector") int vector) {
            boolean raised = (word >>> vector & 1L) == 0L;
            word |= 1L << vector;
            return raised;
        }

        @Operation
        public long takeWord() {
            long taken = word;
            word = 0L;
            return taken;
        }
    }
}
