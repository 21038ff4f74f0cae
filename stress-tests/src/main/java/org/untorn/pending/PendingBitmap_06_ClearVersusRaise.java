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
 * A mover clears the vector it leaves while a neighbour in the same word is raised. Is the neighbour pending after it?
 * (G1, PendingBitmap I1)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t PendingBitmap_06}
 */
public class PendingBitmap_06_ClearVersusRaise {
    private PendingBitmap_06_ClearVersusRaise() {}

    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "one -> the other: the neighbour is pending, the vector not")
    @Outcome(expect = FORBIDDEN, desc = "the clear took the neighbour along, or was undone")
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
        public void mover(III_Result r) {
            r.r2 = pending.clear(1) ? 1 : 0;
        }

        @Arbiter
        public void owner(III_Result r) {
            r.r3 = (int) pending.takeWord(0);
        }
    }

    /** A load and a store in place of the atomic and. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "one -> the other: the neighbour is pending")
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE_INTERESTING, desc = "load -> raise -> store: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicLong word = new AtomicLong(2L);

        @Actor
        public void raiser(III_Result r) {
            r.r1 = (word.getAndUpdate(before -> before | 1L) & 1L) == 0L ? 1 : 0;
        }

        @Actor
        public void mover(III_Result r) {
            long before = word.get();
            word.set(before & ~2L);
            r.r2 = (int) (before >>> 1 & 1L);
        }

        @Arbiter
        public void owner(III_Result r) {
            r.r3 = (int) word.get();
        }
    }
}
