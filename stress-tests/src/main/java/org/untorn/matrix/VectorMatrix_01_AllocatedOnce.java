// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two threads allocate on one CPU. Do they get different vectors? (G8, VectorMatrix I1)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t VectorMatrix_01}
 */
public class VectorMatrix_01_AllocatedOnce {
    private VectorMatrix_01_AllocatedOnce() {}

    @JCStressTest
    @Outcome(id = "32, 33", expect = ACCEPTABLE, desc = "one -> the other")
    @Outcome(id = "33, 32", expect = ACCEPTABLE, desc = "the other -> one")
    @Outcome(expect = FORBIDDEN, desc = "one vector was given to both, or one got none")
    @State
    public static class Actual {
        private static final VectorLayout LAYOUT = VectorLayout.of(32, 36);
        private static final CpuMask ON_0 = CpuMask.of(0);
        private final VectorMatrix matrix = new VectorMatrix(1, LAYOUT);

        public Actual() {
            matrix.online(0);
        }

        @Actor
        public void allocator(II_Result r) {
            r.r1 = matrix.allocate(ON_0, false);
        }

        @Actor
        public void otherAllocator(II_Result r) {
            r.r2 = matrix.allocate(ON_0, false);
        }
    }

    /** A search and a store in place of the compareAndSet. */
    @JCStressTest
    @Outcome(id = "32, 33", expect = ACCEPTABLE, desc = "one -> the other")
    @Outcome(id = "33, 32", expect = ACCEPTABLE, desc = "the other -> one")
    @Outcome(id = "32, 32", expect = ACCEPTABLE_INTERESTING, desc = "both search, both store: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private volatile long taken;

        @Actor
        public void allocator(II_Result r) {
            r.r1 = allocate();
        }

        @Actor
        public void otherAllocator(II_Result r) {
            r.r2 = allocate();
        }

        private int allocate() {
            long before = taken;
            long lowest = Long.lowestOneBit(~before);
            taken = before | lowest;
            return 32 + Long.numberOfTrailingZeros(lowest);
        }
    }
}
