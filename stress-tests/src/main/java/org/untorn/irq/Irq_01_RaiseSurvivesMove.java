// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * An interrupt is raised while it is moved (stamped protocol), and the owner of the CPU it leaves polls on. Does a run
 * see what was written before the raise? Also when the raise was skipped because the bit was set? (G1, Irq M1, Cpu M2)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_01}
 */
public class Irq_01_RaiseSurvivesMove {
    private Irq_01_RaiseSurvivesMove() {}

    @Outcome(id = "1", expect = ACCEPTABLE, desc = "raise -> move, move -> raise, or raise again: a run sees the write")
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
            moveAndPoll();
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
            moveAndPoll();
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = seenAtTheEnd();
        }
    }

    /** Nobody owns the CPU that is left: the mover releases the vector itself, at once. */
    @JCStressTest
    @JCStressMeta(Served.class)
    @State
    public static class ActualUnowned extends MoveScene {
        public ActualUnowned() {
            super(Migration.of(Protocol.STAMPED));
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

    /** The library, but for the question after the raise: the answer is always "current". */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "raise -> move, or move -> raise")
    @Outcome(id = "0", expect = ACCEPTABLE_INTERESTING, desc = "read -> move -> set the old bit: lost, must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened extends MoveScene {
        public Weakened() {
            super(new Unasked(Migration.of(Protocol.STAMPED)));
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

    /**
     * A raise that was skipped does not look at the register again. The mover, the owner of the new CPU and a second
     * device whose bit comes late are one actor: it moves, a stray appears at the old place, and the interrupt runs at
     * the new one.
     */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the write is seen, or the raise set a bit at the new place")
    @Outcome(
            id = "0",
            expect = ACCEPTABLE_INTERESTING,
            desc = "read -> move -> stray -> skipped because of the stray -> run -> write: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class WeakenedSkipped {
        private final AtomicInteger bit0 = new AtomicInteger();
        private final AtomicInteger bit1 = new AtomicInteger();
        private volatile int register;
        private int payload;
        private int seen;

        @Actor
        public void raiser() {
            payload = 1;
            AtomicInteger bit = register == 0 ? bit0 : bit1;
            if (bit.get() != 0) {
                VarHandle.fullFence();
                if (bit.get() != 0) {
                    return; // the library asks the register again
                }
            }
            bit.set(1);
            if (register != 0) {
                bit1.set(1);
            }
        }

        @Actor
        public void moverAndOthers() {
            register = 1;
            bit0.setRelease(1); // the stray
            bit1.getAndSet(0);
            seen = payload; // the run that answers the second device
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = bit1.get() != 0 ? payload : seen;
        }
    }
}
