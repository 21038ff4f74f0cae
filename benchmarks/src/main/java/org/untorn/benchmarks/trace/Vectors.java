// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.util.BitSet;
import java.util.function.IntPredicate;
import org.untorn.matrix.CpuMask;
import org.untorn.matrix.VectorLayout;
import org.untorn.matrix.VectorMatrix;

/** Numbers of x86, and conversions between the kernel's forms and ours. */
final class Vectors {
    /** Vectors a CPU has. */
    static final int COUNT = VectorLayout.VECTORS;
    /** The first that may be allocated; those below are exceptions. */
    static final int FIRST = 32;
    /** What a message holds as long as its interrupt has no vector (MANAGED_IRQ_SHUTDOWN_VECTOR). */
    static final int NOT_STARTED = 0xef;

    private Vectors() {}

    static BitSet where(IntPredicate test) {
        BitSet bits = new BitSet(COUNT);
        for (int vector = 0; vector < COUNT; vector++) {
            bits.set(vector, test.test(vector));
        }
        return bits;
    }

    /** A mask as the probes log it: one 64-bit number. */
    static CpuMask mask(long bits) {
        return CpuMask.of(BitSet.valueOf(new long[] {bits}).stream().toArray());
    }

    /** An empty matrix that allocates from {@link #FIRST} up to an end. */
    static VectorMatrix matrix(int end, VectorMatrix.Accounting accounting) {
        return new VectorMatrix(TraceReader.MAX_CPUS, VectorLayout.of(FIRST, end), accounting);
    }
}
