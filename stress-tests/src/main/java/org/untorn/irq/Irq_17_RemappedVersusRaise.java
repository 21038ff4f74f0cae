// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.untorn.msi.RemappingTable;

/**
 * An interrupt is raised through a remapping table while its entry is rewritten. Does a run see what was written before
 * the raise? (G1)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_17}
 */
public class Irq_17_RemappedVersusRaise {
    private Irq_17_RemappedVersusRaise() {}

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "old entry, new entry, or raised again: a run sees the write")
    @Outcome(expect = FORBIDDEN, desc = "lost")
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(new Migration.Remapped(new RemappingTable(1)));
        }

        @Actor
        public void raiser() {
            post();
        }

        @Actor
        public void moverAndOwner() {
            moveAndPoll();
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = seenAtTheEnd();
        }
    }

    /** The library, but for the question after the raise. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "old entry or new entry")
    @Outcome(id = "0", expect = ACCEPTABLE_INTERESTING, desc = "read -> move -> set the old bit: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened extends MoveScene {
        public Weakened() {
            super(new Unasked(new Migration.Remapped(new RemappingTable(1)), 150));
        }

        @Actor
        public void raiser() {
            post();
        }

        @Actor
        public void moverAndOwner() {
            moveAndPoll();
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = seenAtTheEnd();
        }
    }
}
