// SPDX-License-Identifier: Apache-2.0
package org.untorn.pending;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A raise finds its vector pending and writes nothing. Does the taker that then takes that vector see what was written
 * before the raise? (G1, G2, PendingBitmap M2)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t PendingBitmap_02}
 */
public class PendingBitmap_02_MergedRaisePublishes {
    private PendingBitmap_02_MergedRaisePublishes() {}

    /** r1: 1 if the raise made the vector pending (again); r2: what the taker saw. */
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "write -> raise skipped -> take: the taker sees the write")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "take -> raise: the next taker will see the write")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "write -> take -> raise: seen, and again by the next taker")
    @Outcome(expect = FORBIDDEN, desc = "the raise was merged into one whose taker does not see the write")
    public static class Merged {
        private Merged() {}
    }

    @JCStressTest
    @JCStressMeta(Merged.class)
    @State
    public static class Actual {
        private final PendingBitmap pending = new PendingBitmap(64);
        private int payload;

        public Actual() {
            pending.raise(33);
        }

        @Actor
        public void raiser(II_Result r) {
            payload = 1;
            r.r1 = pending.raise(33) ? 1 : 0;
        }

        @Actor
        public void taker(II_Result r) {
            pending.takeWord(0);
            r.r2 = payload;
        }
    }

    /** As Actual; the taker is a mover that claims the one vector it leaves. */
    @JCStressTest
    @JCStressMeta(Merged.class)
    @State
    public static class ActualClear {
        private final PendingBitmap pending = new PendingBitmap(64);
        private int payload;

        public ActualClear() {
            pending.raise(33);
        }

        @Actor
        public void raiser(II_Result r) {
            payload = 1;
            r.r1 = pending.raise(33) ? 1 : 0;
        }

        @Actor
        public void taker(II_Result r) {
            pending.clear(33);
            r.r2 = payload;
        }
    }

    /** Without the full fence: the test is answered while the write is in the store buffer. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "write -> raise skipped -> take: the taker sees the write")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "take -> raise: the next taker will see the write")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "write -> take -> raise: seen, and again by the next taker")
    @Outcome(id = "0, 0", expect = ACCEPTABLE_INTERESTING, desc = "raise skipped -> take -> write: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicLong word = new AtomicLong(1L);
        private int payload;

        @Actor
        public void raiser(II_Result r) {
            payload = 1;
            r.r1 = (word.get() & 1L) == 0L && word.compareAndSet(0L, 1L) ? 1 : 0;
        }

        @Actor
        public void taker(II_Result r) {
            word.getAndSet(0L);
            r.r2 = payload;
        }
    }
}
