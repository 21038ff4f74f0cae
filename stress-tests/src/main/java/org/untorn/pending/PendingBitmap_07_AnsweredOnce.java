// SPDX-License-Identifier: Apache-2.0
package org.untorn.pending;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The owner takes a word, a mover clears one vector of it. Does exactly one of them have to answer the raise? (G2,
 * PendingBitmap I1)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t PendingBitmap_07}
 */
public class PendingBitmap_07_AnsweredOnce {
    private PendingBitmap_07_AnsweredOnce() {}

    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "take -> clear: the owner answers")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "clear -> take: the mover answers")
    @Outcome(expect = FORBIDDEN, desc = "answered by both, or by nobody")
    @State
    public static class Actual {
        private final PendingBitmap pending = new PendingBitmap(64);

        public Actual() {
            pending.raise(0);
        }

        @Actor
        public void owner(II_Result r) {
            r.r1 = (int) pending.takeWord(0);
        }

        @Actor
        public void mover(II_Result r) {
            r.r2 = pending.clear(0) ? 1 : 0;
        }
    }

    /** A load and a store in place of each atomic access. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "take -> clear: the owner answers")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "clear -> take: the mover answers")
    @Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "both load, both store: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private volatile long word = 1L;

        @Actor
        public void owner(II_Result r) {
            r.r1 = (int) word;
            word = 0L;
        }

        @Actor
        public void mover(II_Result r) {
            r.r2 = (int) word;
            word = 0L;
        }
    }
}
