// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * An interrupt is raised while it is moved there and back. Does a run see what was written before the raise? (G1, G4,
 * PairedRegister I1)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_07}
 */
public class Irq_07_ThereAndBack {
    private Irq_07_ThereAndBack() {}

    @Outcome(id = "1", expect = ACCEPTABLE, desc = "raised before, between or behind the moves, or raised again")
    @Outcome(expect = FORBIDDEN, desc = "lost")
    public static class Served {
        private Served() {}
    }

    @JCStressTest
    @JCStressMeta(Served.class)
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void raiser() {
            post();
        }

        @Actor
        public void moverAndOwner() {
            moveThereAndBack();
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = seenAtTheEnd();
        }
    }

    /** The vector is pending from the start, so the raise may write nothing. */
    @JCStressTest
    @JCStressMeta(Served.class)
    @State
    public static class ActualSkipped extends MoveScene {
        public ActualSkipped() {
            super(Migration.of(Protocol.STAMPED));
            irq.raise();
        }

        @Actor
        public void raiser() {
            post();
        }

        @Actor
        public void moverAndOwner() {
            moveThereAndBack();
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = seenAtTheEnd();
        }
    }

    /** A stamp of one bit: after two writes the register is what it was. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "raised before, between or behind the moves, or raised again")
    @Outcome(
            id = "0",
            expect = ACCEPTABLE_INTERESTING,
            desc = "read -> there -> set the old bit -> taken as stray -> back -> looks current: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger bit0 = new AtomicInteger();
        private final AtomicInteger bit1 = new AtomicInteger();
        private volatile int register; // bit 0: CPU, bit 1: stamp

        @Actor
        public void raiser() {
            int reading;
            do {
                reading = register;
                ((reading & 1) == 0 ? bit0 : bit1).set(1);
                Thread.onSpinWait(); // widens the window
            } while (register != reading);
        }

        @Actor
        public void moverAndOwner() {
            register = 2 | 1; // there
            if (bit0.getAndSet(0) != 0) { // claim
                bit1.set(1);
            }
            Thread.onSpinWait();
            bit0.getAndSet(0); // the owner's poll: nobody lives there any more, a stray
            register = 0; // and back
            if (bit1.getAndSet(0) != 0) {
                bit0.set(1);
            }
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = bit0.get();
        }
    }
}
