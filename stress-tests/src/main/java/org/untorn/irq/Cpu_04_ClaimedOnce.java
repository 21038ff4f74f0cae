// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two threads claim a CPU. Is exactly one of them the owner?
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Cpu_04}
 */
public class Cpu_04_ClaimedOnce {
    private Cpu_04_ClaimedOnce() {}

    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "claim -> other claim: refused")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "other claim -> claim: refused")
    @Outcome(expect = FORBIDDEN, desc = "two owners, or none")
    @State
    public static class Actual {
        private final VectorDomain domain = VectorDomain.ofCpus(1);

        @Actor
        public void claimer(II_Result r) {
            r.r1 = domain.cpu(0).claim() ? 1 : 0;
        }

        @Actor
        public void otherClaimer(II_Result r) {
            r.r2 = domain.cpu(0).claim() ? 1 : 0;
        }
    }

    /** A comparison and a store in place of the compareAndSet. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "claim -> other claim: refused")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "other claim -> claim: refused")
    @Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "both compare, both store: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private volatile Thread owner;

        @Actor
        public void claimer(II_Result r) {
            r.r1 = claim();
        }

        @Actor
        public void otherClaimer(II_Result r) {
            r.r2 = claim();
        }

        private int claim() {
            if (owner != null) {
                return 0;
            }
            owner = Thread.currentThread();
            return 1;
        }
    }
}
