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
 * A mover asks the owner of the old CPU to release a vector while the owner gives up. Does one of them do it? (G6, G8)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Cpu_03}
 */
public class Cpu_03_RequestIsServed {
    private Cpu_03_RequestIsServed() {}

    /** r1: vectors allocated on the CPU that was left; the neighbour has one. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "request -> release serves it, or give up -> the mover serves it")
    @Outcome(expect = FORBIDDEN, desc = "nobody released the vector")
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void owner() {
            own(cpu0);
            cpu0.release();
        }

        @Actor
        public void mover() {
            irq.setAffinity(ON_1);
        }

        @Arbiter
        public void observer(I_Result r) {
            r.r1 = domain.matrix().allocated(0);
        }
    }

    /** An owner that does not look again after it gave up. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "request -> served by the owner, or by the mover")
    @Outcome(
            id = "2",
            expect = ACCEPTABLE_INTERESTING,
            desc = "owner finds no request -> request, left to the owner -> give up: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private volatile boolean requested;
        private volatile boolean owned = true;
        private volatile int allocated = 2;

        @Actor
        public void owner() {
            if (requested) {
                allocated = 1;
            }
            owned = false;
        }

        @Actor
        public void mover() {
            requested = true;
            if (!owned) {
                allocated = 1;
            }
        }

        @Arbiter
        public void observer(I_Result r) {
            r.r1 = allocated;
        }
    }
}
