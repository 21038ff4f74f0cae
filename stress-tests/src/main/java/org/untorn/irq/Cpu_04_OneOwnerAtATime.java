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
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two threads claim a CPU; who is the owner adds to a plain field and gives up. Is there one owner at a time, and does
 * the next see what the one before did?
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Cpu_04}
 */
public class Cpu_04_OneOwnerAtATime {
    private Cpu_04_OneOwnerAtATime() {}

    /** r1, r2: 1 if the claim was granted; r3: the plain field. */
    @JCStressTest
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "claim -> release -> other claim -> release")
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "claim -> other claim: refused")
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "other claim -> claim: refused")
    @Outcome(expect = FORBIDDEN, desc = "two owners at once, or none")
    @State
    public static class Actual {
        private final Cpu cpu = VectorDomain.ofCpus(1).cpu(0);
        private int count;

        @Actor
        public void claimer(III_Result r) {
            r.r1 = own();
        }

        @Actor
        public void otherClaimer(III_Result r) {
            r.r2 = own();
        }

        @Arbiter
        public void observer(III_Result r) {
            r.r3 = count;
        }

        private int own() {
            if (!cpu.claim()) {
                return 0;
            }
            count++;
            cpu.release();
            return 1;
        }
    }

    /** A comparison and a store in place of the compareAndSet. */
    @JCStressTest
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "claim -> release -> other claim -> release")
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "claim -> other claim: refused")
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "other claim -> claim: refused")
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE_INTERESTING, desc = "two owners at once: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private volatile Thread owner;
        private int count;

        @Actor
        public void claimer(III_Result r) {
            r.r1 = own();
        }

        @Actor
        public void otherClaimer(III_Result r) {
            r.r2 = own();
        }

        @Arbiter
        public void observer(III_Result r) {
            r.r3 = count;
        }

        private int own() {
            if (owner != null) {
                return 0;
            }
            owner = Thread.currentThread();
            count++;
            owner = null;
            return 1;
        }
    }
}
