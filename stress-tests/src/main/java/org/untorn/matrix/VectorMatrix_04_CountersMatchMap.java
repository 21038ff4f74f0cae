// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A vector is allocated while another one is freed. Do the counters say what the map says? (G8, VectorMatrix I3)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t VectorMatrix_04}
 */
public class VectorMatrix_04_CountersMatchMap {
    private VectorMatrix_04_CountersMatchMap() {}

    /** r1: allocated by the counters; r2: by the map; r3: available, of 4. */
    @JCStressTest
    @Outcome(id = "1, 1, 3", expect = ACCEPTABLE, desc = "one -> the other: one is allocated")
    @Outcome(expect = FORBIDDEN, desc = "the counters and the map differ")
    @State
    public static class Actual {
        private static final VectorLayout LAYOUT = VectorLayout.of(32, 36);
        private static final CpuMask ON_0 = CpuMask.of(0);
        private final VectorMatrix matrix = new VectorMatrix(1, LAYOUT);

        public Actual() {
            matrix.online(0);
            matrix.assign(0, 32);
        }

        @Actor
        public void allocator() {
            matrix.allocate(ON_0, false);
        }

        @Actor
        public void owner() {
            matrix.free(0, 32, false);
        }

        @Arbiter
        public void observer(III_Result r) {
            r.r1 = matrix.allocated(0);
            for (int vector = 32; vector < 36; vector++) {
                r.r2 += matrix.isAllocated(0, vector) ? 1 : 0;
            }
            r.r3 = matrix.available(0);
        }
    }

    /** Counters that are loaded and stored. */
    @JCStressTest
    @Outcome(id = "1, 1, 3", expect = ACCEPTABLE, desc = "one -> the other: one is allocated")
    @Outcome(
            id = {"2, 1, 2", "0, 1, 4"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "both load, both store, the last one wins: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private volatile int available = 3;

        @Actor
        public void allocator() {
            int before = available;
            available = before - 1;
        }

        @Actor
        public void owner() {
            int before = available;
            available = before + 1;
        }

        @Arbiter
        public void observer(III_Result r) {
            r.r1 = 4 - available;
            r.r2 = 1;
            r.r3 = available;
        }
    }
}
