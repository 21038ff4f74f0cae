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
 * Two threads allocate the last vector of a CPU. Does exactly one of them get it? (G8, VectorMatrix I2)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t VectorMatrix_02}
 */
public class VectorMatrix_02_LastVector {
    private VectorMatrix_02_LastVector() {}

    @JCStressTest
    @Outcome(id = "32, -28", expect = ACCEPTABLE, desc = "one -> the other: no vector")
    @Outcome(id = "-28, 32", expect = ACCEPTABLE, desc = "the other -> one: no vector")
    @Outcome(expect = FORBIDDEN, desc = "both got it, or none")
    @State
    public static class Actual {
        private static final VectorLayout LAYOUT = VectorLayout.of(32, 33);
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

    /** A look at the count and a store of one less. */
    @JCStressTest
    @Outcome(id = "32, -28", expect = ACCEPTABLE, desc = "one -> the other: no vector")
    @Outcome(id = "-28, 32", expect = ACCEPTABLE, desc = "the other -> one: no vector")
    @Outcome(id = "32, 32", expect = ACCEPTABLE_INTERESTING, desc = "both look, both store: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private volatile int free = 1;

        @Actor
        public void allocator(II_Result r) {
            r.r1 = allocate();
        }

        @Actor
        public void otherAllocator(II_Result r) {
            r.r2 = allocate();
        }

        private int allocate() {
            int before = free;
            if (before == 0) {
                return VectorMatrix.NO_VECTOR;
            }
            free = before - 1;
            return 32;
        }
    }
}
