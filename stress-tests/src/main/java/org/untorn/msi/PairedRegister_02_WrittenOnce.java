// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two movers write over the same reading. Does exactly one of them succeed? (G4, PairedRegister I1)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t PairedRegister_02}
 */
public class PairedRegister_02_WrittenOnce {
    private PairedRegister_02_WrittenOnce() {}

    /** r3: the CPU that the register names at the end. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "mover 1 -> mover 2: the second is refused")
    @Outcome(id = "0, 1, 2", expect = ACCEPTABLE, desc = "mover 2 -> mover 1: the second is refused")
    @Outcome(expect = FORBIDDEN, desc = "both wrote, or none")
    @State
    public static class Actual {
        private final PairedRegister register = new PairedRegister(MsiMessage.of(0, 33));
        private final long reading = register.read();

        @Actor
        public void mover1(III_Result r) {
            r.r1 = register.compareAndSet(reading, 1, 34) ? 1 : 0;
        }

        @Actor
        public void mover2(III_Result r) {
            r.r2 = register.compareAndSet(reading, 2, 35) ? 1 : 0;
        }

        @Arbiter
        public void observer(III_Result r) {
            r.r3 = MessageRegister.destination(register.read());
        }
    }

    /** A comparison and a store in place of the compareAndSet. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "mover 1 -> mover 2: the second is refused")
    @Outcome(id = "0, 1, 2", expect = ACCEPTABLE, desc = "mover 2 -> mover 1: the second is refused")
    @Outcome(
            id = {"1, 1, 1", "1, 1, 2"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "both compare, both store: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private volatile long word;

        @Actor
        public void mover1(III_Result r) {
            if (word == 0L) {
                word = 1L;
                r.r1 = 1;
            }
        }

        @Actor
        public void mover2(III_Result r) {
            if (word == 0L) {
                word = 2L;
                r.r2 = 1;
            }
        }

        @Arbiter
        public void observer(III_Result r) {
            r.r3 = (int) word;
        }
    }
}
