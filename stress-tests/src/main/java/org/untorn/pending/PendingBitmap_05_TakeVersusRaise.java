// SPDX-License-Identifier: Apache-2.0
package org.untorn.pending;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A word is taken while one of its vectors is raised; a neighbour is pending already. Is each raise answered once, by
 * this take or the next? (G1, G2, PendingBitmap I1)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t PendingBitmap_05}
 */
public class PendingBitmap_05_TakeVersusRaise {
    private PendingBitmap_05_TakeVersusRaise() {}

    @JCStressTest
    @Outcome(id = "1, 3, 0", expect = ACCEPTABLE, desc = "raise -> take: both taken")
    @Outcome(id = "1, 2, 1", expect = ACCEPTABLE, desc = "take -> raise: the raised one is left to the next take")
    @Outcome(expect = FORBIDDEN, desc = "a raise was lost, or answered twice")
    @State
    public static class Actual {
        private final PendingBitmap pending = new PendingBitmap(64);

        public Actual() {
            pending.raise(1);
        }

        @Actor
        public void raiser(III_Result r) {
            r.r1 = pending.raise(0) ? 1 : 0;
        }

        @Actor
        public void owner(III_Result r) {
            r.r2 = (int) pending.takeWord(0);
        }

        @Arbiter
        public void nextTake(III_Result r) {
            r.r3 = (int) pending.takeWord(0);
        }
    }

    /** A load and a store of 0 in place of the exchange. */
    @JCStressTest
    @Outcome(id = "1, 3, 0", expect = ACCEPTABLE, desc = "raise -> take: both taken")
    @Outcome(id = "1, 2, 1", expect = ACCEPTABLE, desc = "take -> raise: the raised one is left to the next take")
    @Outcome(id = "1, 2, 0", expect = ACCEPTABLE_INTERESTING, desc = "load -> raise -> store of 0: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicLong word = new AtomicLong(2L);

        @Actor
        public void raiser(III_Result r) {
            r.r1 = (word.getAndUpdate(before -> before | 1L) & 1L) == 0L ? 1 : 0;
        }

        @Actor
        public void owner(III_Result r) {
            r.r2 = (int) word.get();
            word.set(0L);
        }

        @Arbiter
        public void nextTake(III_Result r) {
            r.r3 = (int) word.get();
        }
    }
}
