// SPDX-License-Identifier: Apache-2.0
package org.untorn.pending;

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
 * Two raisers raise neighbours in one word. Are both pending? (G1, PendingBitmap I1)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t PendingBitmap_03}
 */
public class PendingBitmap_03_NeighboursInOneWord {
    private PendingBitmap_03_NeighboursInOneWord() {}

    @JCStressTest
    @Outcome(id = "1, 1, 3", expect = ACCEPTABLE, desc = "one raise -> the other: both made pending, both are")
    @Outcome(expect = FORBIDDEN, desc = "one raise overwrote the other")
    @State
    public static class Actual {
        private final PendingBitmap pending = new PendingBitmap(64);

        @Actor
        public void raiser(III_Result r) {
            r.r1 = pending.raise(0) ? 1 : 0;
        }

        @Actor
        public void neighbour(III_Result r) {
            r.r2 = pending.raise(1) ? 1 : 0;
        }

        @Arbiter
        public void owner(III_Result r) {
            r.r3 = (int) pending.takeWord(0);
        }
    }

    /** As Actual; one of the two puts back what it took and will not serve. */
    @JCStressTest
    @Outcome(id = "1, 1, 7", expect = ACCEPTABLE, desc = "one -> the other: all are pending")
    @Outcome(expect = FORBIDDEN, desc = "one overwrote the other")
    @State
    public static class ActualPutBack {
        private final PendingBitmap pending = new PendingBitmap(64);

        @Actor
        public void raiser(III_Result r) {
            r.r1 = pending.raise(0) ? 1 : 0;
        }

        @Actor
        public void owner(III_Result r) {
            r.r2 = pending.raiseAll(0, 6L) == 0L ? 1 : 0;
        }

        @Arbiter
        public void nextOwner(III_Result r) {
            r.r3 = (int) pending.takeWord(0);
        }
    }

    /** A load and a store in place of the compareAndSet. */
    @JCStressTest
    @Outcome(id = "1, 1, 3", expect = ACCEPTABLE, desc = "one raise -> the other: both are pending")
    @Outcome(
            id = {"1, 1, 1", "1, 1, 2"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "both load, both store, the last one wins: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private volatile long word;

        @Actor
        public void raiser(III_Result r) {
            r.r1 = raise(1L);
        }

        @Actor
        public void neighbour(III_Result r) {
            r.r2 = raise(2L);
        }

        @Arbiter
        public void owner(III_Result r) {
            r.r3 = (int) word;
        }

        private int raise(long bit) {
            long before = word;
            word = before | bit;
            return (before & bit) == 0L ? 1 : 0;
        }
    }
}
