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
 * The owner of a vector writes, then frees it; another thread gets it. Does that one see the write? (VectorMatrix M1)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t VectorMatrix_05}
 */
public class VectorMatrix_05_FreePublishes {
    private VectorMatrix_05_FreePublishes() {}

    /** r1: 1 if the vector was got; r2: what was seen. */
    @JCStressTest
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "allocate -> free: no vector")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "write -> free -> allocate: seen")
    @Outcome(expect = FORBIDDEN, desc = "allocated, but the write is not seen")
    @State
    public static class Actual {
        private static final VectorLayout LAYOUT = VectorLayout.of(32, 33);
        private static final CpuMask ON_0 = CpuMask.of(0);
        private final VectorMatrix matrix = new VectorMatrix(1, LAYOUT);
        private int payload;

        public Actual() {
            matrix.online(0);
            matrix.assign(0, 32);
        }

        @Actor
        public void owner() {
            payload = 1;
            matrix.free(0, 32, false);
        }

        @Actor
        public void allocator(II_Result r) {
            r.r1 = matrix.allocate(ON_0, false) == 32 ? 1 : 0;
            r.r2 = payload;
        }
    }

    /** An owner that frees first and writes then. */
    @JCStressTest
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "allocate -> free: no vector")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "free -> write -> allocate: seen")
    @Outcome(id = "1, 0", expect = ACCEPTABLE_INTERESTING, desc = "free -> allocate -> write: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private static final VectorLayout LAYOUT = VectorLayout.of(32, 33);
        private static final CpuMask ON_0 = CpuMask.of(0);
        private final VectorMatrix matrix = new VectorMatrix(1, LAYOUT);
        private int payload;

        public Weakened() {
            matrix.online(0);
            matrix.assign(0, 32);
        }

        @Actor
        public void owner() {
            matrix.free(0, 32, false);
            Thread.onSpinWait(); // widens the window
            payload = 1;
        }

        @Actor
        public void allocator(II_Result r) {
            r.r1 = matrix.allocate(ON_0, false) == 32 ? 1 : 0;
            r.r2 = payload;
        }
    }
}
