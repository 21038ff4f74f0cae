// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.untorn.stress.Lincheck;

/**
 * No vector is given out twice, none leaks, and who is refused is refused rightly (G8). Only allocate and free: a
 * managed reservation takes the count first and can be allocated later, in two steps that others may see.
 */
@Tag("lincheck")
class VectorMatrixLincheckTest {
    @Test
    @Tag("thorough")
    void vectorMatrix_underStress_isLinearizable() {
        Lincheck.holdsUnderStress(Library.class);
    }

    @Test
    void vectorMatrix_isLinearizable() {
        Lincheck.holds(Library.class);
    }

    @Test
    void countWithoutCompareAndSet_isFoundBroken() {
        Lincheck.isFoundBroken(Broken.class);
    }

    /** The library's: one CPU with one vector; who got it gives it back. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class Library {
        private static final CpuMask ON_0 = CpuMask.of(0);
        private final VectorMatrix matrix = new VectorMatrix(1, VectorLayout.of(32, 33));
        private final boolean[] owns = new boolean[8];

        public Library() {
            matrix.online(0);
        }

        @Operation
        public boolean allocate(@Param(name = "thread") int thread) {
            boolean got = matrix.allocate(ON_0, false) >= 0;
            owns[thread] |= got;
            return got;
        }

        @Operation
        public boolean free(@Param(name = "thread") int thread) {
            if (!owns[thread]) {
                return false;
            }
            owns[thread] = false;
            matrix.free(0, 32, false);
            return true;
        }
    }

    /** A count that is tested, then changed. */
    public static class Broken {
        private volatile int free = 1;

        @Operation
        public boolean allocate() {
            int before = free;
            if (before == 0) {
                return false;
            }
            free = before - 1;
            return true;
        }

        @Operation
        public synchronized void free() {
            free++;
        }
    }
}
