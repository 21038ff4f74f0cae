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
import org.untorn.msi.MessageRegister;
import org.untorn.msi.SplitRegister;

/**
 * An interrupt is raised while it is moved in three steps, by the transient pair, whose place is a neighbour's; and the
 * neighbour is moved off, so that its mover takes the bit that the third step looks for. Does a run see what was written
 * before the raise? (G1, Migration.ThreeStep)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_18}
 */
public class Irq_18_ThreeStepNeighbour {
    private Irq_18_ThreeStepNeighbour() {}

    /** Leaves time for others between the two writes. */
    private abstract static class Slow extends Migration.ThreeStep {
        @Override
        void writeBoth(MessageRegister register, int cpu, int vector) {
            ((SplitRegister) register).writeData(vector);
            MoveScene.pause(500);
            ((SplitRegister) register).writeAddress(cpu);
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the check finds the bit, or that the neighbour moved")
    @Outcome(expect = FORBIDDEN, desc = "lost")
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(new Slow() {});
        }

        @Actor
        public void raiserAndNeighboursMover() {
            pause(100);
            post();
            neighbour.setAffinity(ON_1);
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

    /** The third step looks for the bit alone. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the check finds the bit")
    @Outcome(
            id = "0",
            expect = ACCEPTABLE_INTERESTING,
            desc =
                    "data -> raise by the transient pair -> neighbour takes the bit along -> nothing to see: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened extends MoveScene {
        public Weakened() {
            super(new Slow() {
                @Override
                public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
                    writeBoth(register, cpu, vector);
                    return old.pending().test(vector);
                }
            });
        }

        @Actor
        public void raiserAndNeighboursMover() {
            pause(100);
            post();
            neighbour.setAffinity(ON_1);
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
