// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.untorn.stress.Lincheck;

/**
 * No vector is given out twice, none leaks, and who is refused is refused rightly (G8). Which vector an allocation gets
 * is not asked: another one may be freed between the count and the search (VectorMatrix I2).
 */
@Tag("lincheck")
class VectorMatrixLincheckTest {
    @Test
    void vectorMatrix_isLinearizable() {
        Lincheck.holds(Library.class);
    }

    @Test
    void countWithoutCompareAndSet_isFoundBroken() {
        Lincheck.isFoundBroken(Broken.class);
    }

    /** The library's: one CPU with three vectors; who allocates owns a vector of its own. */
    @Param(name = "vector", gen = IntGen.class, conf = "32:33")
    public static class Library {
        private static final CpuMask ON_0 = CpuMask.of(0);
        private final VectorMatrix matrix = new VectorMatrix(1, VectorLayout.of(32, 35));

        public Library() {
            matrix.online(0);
            matrix.assign(0, 32);
            matrix.assign(0, 33);
        }

        @Operation
        public boolean allocate() {
            return matrix.allocate(ON_0, false) >= 0;
        }

        /** True if it was allocated; a vector of someone else may be freed: this is a test. */
        @Operation
        public boolean reserve() {
            return matrix.reserveManaged(ON_0) == 0;
        }

        @Operation
        public boolean allocateManaged() {
            return matrix.allocateManaged(ON_0) >= 0;
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
