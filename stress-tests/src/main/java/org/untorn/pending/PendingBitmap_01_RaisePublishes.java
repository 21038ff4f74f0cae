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
 * Does a taker that takes a vector see what was written before the raise? (G1, PendingBitmap M1)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t PendingBitmap_01}
 */
public class PendingBitmap_01_RaisePublishes {
    private PendingBitmap_01_RaisePublishes() {}

    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "take -> write -> raise: nothing pending yet")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "write -> take -> raise: nothing pending yet")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "write -> raise -> take: the taker sees the write")
    @Outcome(expect = FORBIDDEN, desc = "taken, but the write is not seen")
    @State
    public static class Actual {
        private final PendingBitmap pending = new PendingBitmap(64);
        private int payload;

        @Actor
        public void raiser() {
            payload = 1;
            pending.raise(33);
        }

        @Actor
        public void taker(II_Result r) {
            r.r1 = pending.takeWord(0) != 0L ? 1 : 0;
            r.r2 = payload;
        }
    }

    /** A taker that reads first and takes then: the model's "reads payload before the clear". */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "take -> write -> raise: nothing pending yet")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "write -> take -> raise: nothing pending yet")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "write -> raise -> take: the taker sees the write")
    @Outcome(id = "1, 0", expect = ACCEPTABLE_INTERESTING, desc = "read -> write -> raise -> take: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final PendingBitmap pending = new PendingBitmap(64);
        private int payload;

        @Actor
        public void raiser() {
            payload = 1;
            pending.raise(33);
        }

        @Actor
        public void taker(II_Result r) {
            r.r2 = payload;
            r.r1 = pending.takeWord(0) != 0L ? 1 : 0;
        }
    }
}
