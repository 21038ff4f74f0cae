// SPDX-License-Identifier: Apache-2.0
package org.untorn.pending;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A taker arms the bitmap before it sleeps while a vector is raised. Does one of the two see the other? (G1, PendingBitmap M4)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t PendingBitmap_08}
 */
public class PendingBitmap_08_ArmVersusRaise {
    private PendingBitmap_08_ArmVersusRaise() {}

    /** r1: 1 if the taker may sleep; r2: 1 if the raiser found it armed. */
    @JCStressTest
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "raise -> look: it does not sleep")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "arm -> look -> raise: the raiser wakes it")
    @Outcome(expect = FORBIDDEN, desc = "neither saw the other")
    @State
    public static class Actual {
        private final PendingBitmap pending = new PendingBitmap(64);

        @Actor
        public void raiser(II_Result r) {
            pending.raise(33);
            r.r2 = pending.isArmed() ? 1 : 0;
        }

        @Actor
        public void taker(II_Result r) {
            r.r1 = pending.arm() ? 1 : 0;
        }
    }

    /** No full fence between the flag and the look. */
    @JCStressTest
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "raise -> look: it does not sleep")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "arm -> look -> raise: the raiser wakes it")
    @Outcome(
            id = "1, 0",
            expect = ACCEPTABLE_INTERESTING,
            desc = "look -> raise, not armed -> flag arrives: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger word = new AtomicInteger();
        private final AtomicInteger flag = new AtomicInteger();

        @Actor
        public void raiser(II_Result r) {
            word.getAndSet(1);
            r.r2 = flag.get();
        }

        @Actor
        public void taker(II_Result r) {
            flag.setRelease(1);
            r.r1 = 1 - word.get();
        }
    }
}
