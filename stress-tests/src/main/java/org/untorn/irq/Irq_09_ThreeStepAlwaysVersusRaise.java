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
 * An interrupt with a split register is raised while any thread moves it by the same two writes and retriggers always.
 * Does a run see what was written before the raise? (G1, G4)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_09}
 */
public class Irq_09_ThreeStepAlwaysVersusRaise {
    private Irq_09_ThreeStepAlwaysVersusRaise() {}

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "old, transient or new pair: a run sees the write")
    @Outcome(expect = FORBIDDEN, desc = "lost")
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.THREE_STEP_ALWAYS));
        }

        @Actor
        public void raiser() {
            post();
        }

        @Actor
        public void mover() {
            irq.setAffinity(ON_1);
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = seenAtTheEnd();
        }
    }

    /** The same two writes, with a while between them, and no retrigger. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "old or new pair")
    @Outcome(
            id = "0",
            expect = ACCEPTABLE_INTERESTING,
            desc = "data -> raise by the transient pair, looks current -> address: lost, must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened extends MoveScene {
        public Weakened() {
            super(new Migration.TwoWrites() {
                @Override
                public boolean rewrite(MessageRegister register, int cpu, int vector, Cpu old) {
                    ((SplitRegister) register).writeData(vector);
                    pause(60);
                    ((SplitRegister) register).writeAddress(cpu);
                    return false;
                }
            });
        }

        @Actor
        public void raiser() {
            post();
        }

        @Actor
        public void mover() {
            irq.setAffinity(ON_1);
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = seenAtTheEnd();
        }
    }
}
