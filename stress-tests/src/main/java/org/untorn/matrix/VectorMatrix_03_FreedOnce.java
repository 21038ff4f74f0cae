// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two threads free the same vector. Does exactly one succeed, and is the count right? (G8, VectorMatrix I1)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t VectorMatrix_03}
 */
public class VectorMatrix_03_FreedOnce {
    private VectorMatrix_03_FreedOnce() {}

    /** r3: what is available at the end, of 4. */
    @JCStressTest
    @Outcome(id = "1, 0, 4", expect = ACCEPTABLE, desc = "one -> the other: refused")
    @Outcome(id = "0, 1, 4", expect = ACCEPTABLE, desc = "the other -> one: refused")
    @Outcome(expect = FORBIDDEN, desc = "freed twice, or not at all")
    @State
    public static class Actual {
        private static final VectorLayout LAYOUT = VectorLayout.of(32, 36);
        private final VectorMatrix matrix = new VectorMatrix(1, LAYOUT);

        public Actual() {
            matrix.online(0);
            matrix.assign(0, 32);
        }

        @Actor
        public void owner(III_Result r) {
            r.r1 = free();
        }

        @Actor
        public void otherOwner(III_Result r) {
            r.r2 = free();
        }

        @Arbiter
        public void observer(III_Result r) {
            r.r3 = matrix.available(0);
        }

        private int free() {
            try {
                matrix.free(0, 32, false);
                return 1;
            } catch (IllegalStateException refused) {
                return 0;
            }
        }
    }

    /** A test and a store in place of the compareAndSet. */
    @JCStressTest
    @Outcome(id = "1, 0, 4", expect = ACCEPTABLE, desc = "one -> the other: refused")
    @Outcome(id = "0, 1, 4", expect = ACCEPTABLE, desc = "the other -> one: refused")
    @Outcome(id = "1, 1, 5", expect = ACCEPTABLE_INTERESTING, desc = "both test, both store and count: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger available = new AtomicInteger(3);
        private volatile boolean taken = true;

        @Actor
        public void owner(III_Result r) {
            r.r1 = free();
        }

        @Actor
        public void otherOwner(III_Result r) {
            r.r2 = free();
        }

        @Arbiter
        public void observer(III_Result r) {
            r.r3 = available.get();
        }

        private int free() {
            if (!taken) {
                return 0;
            }
            taken = false;
            available.incrementAndGet();
            return 1;
        }
    }
}
