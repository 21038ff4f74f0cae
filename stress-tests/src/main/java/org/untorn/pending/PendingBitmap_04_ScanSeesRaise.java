// SPDX-License-Identifier: Apache-2.0
package org.untorn.pending;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

/**
 * An owner polls an empty bitmap in a loop. Does it come to see a raise? (G1, PendingBitmap M3)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t PendingBitmap_04}
 */
public class PendingBitmap_04_ScanSeesRaise {
    private PendingBitmap_04_ScanSeesRaise() {}

    @JCStressTest(Mode.Termination)
    @Outcome(id = "TERMINATED", expect = ACCEPTABLE, desc = "scan, scan -> raise -> scan sees it")
    @Outcome(expect = FORBIDDEN, desc = "the owner never sees the raise")
    @State
    public static class Actual {
        private final PendingBitmap pending = new PendingBitmap();

        @Actor
        public void owner() {
            while (pending.nonEmptyWords() == 0L) {} // nothing in the loop but the scan
        }

        @Signal
        public void raiser() {
            pending.raise(33);
        }
    }

    /** A scan in plain mode: the compiler reads once, in front of the loop. */
    @JCStressTest(Mode.Termination)
    @Outcome(id = "TERMINATED", expect = ACCEPTABLE, desc = "the raise came before the loop was compiled")
    @Outcome(id = "STALE", expect = ACCEPTABLE_INTERESTING, desc = "the owner never sees the raise: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final long[] words = new long[4];

        @Actor
        public void owner() {
            while ((words[0] | words[1] | words[2] | words[3]) == 0L) {} // nothing in the loop but the scan
        }

        @Signal
        public void raiser() {
            words[0] = 2L;
        }
    }
}
