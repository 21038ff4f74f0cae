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

/**
 * An interrupt with a split register is raised while the owner of its CPU moves it in three steps. Does a run see what
 * was written before the raise? (G1, G4)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_08}
 */
public class Irq_08_ThreeStepVersusRaise {
    private Irq_08_ThreeStepVersusRaise() {}

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "old, transient or new pair: a run sees the write")
    @Outcome(expect = FORBIDDEN, desc = "lost")
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.THREE_STEP));
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

    /** Address, then data, no check: Linux until 2020. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "old or new pair")
    @Outcome(id = "0", expect = ACCEPTABLE_INTERESTING, desc = "address -> raise -> data: lost, must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened extends MoveScene {
        public Weakened() {
            super(new Unasked(Controls.TORN));
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

    /** The three steps as on hardware: a check, but raisers do not look at the stamp. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "old, transient or new pair")
    @Outcome(id = "0", expect = ACCEPTABLE_INTERESTING, desc = "read -> three steps -> set: lost, must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class WeakenedHardware extends MoveScene {
        public WeakenedHardware() {
            super(new Unasked(Migration.of(Protocol.THREE_STEP)));
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
