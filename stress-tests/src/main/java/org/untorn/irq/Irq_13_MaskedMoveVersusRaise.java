// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * An interrupt is raised while it is moved by a device that is masked meanwhile: its register names no place. Does a run
 * see what was written before the raise? (G1, Irq M5, Mover I4)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_13}
 */
public class Irq_13_MaskedMoveVersusRaise {
    private Irq_13_MaskedMoveVersusRaise() {}

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "old pair, new pair, or held and replayed: a run sees the write")
    @Outcome(expect = FORBIDDEN, desc = "lost")
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.MASKED));
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
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "old pair, new pair, or held and replayed")
    @Outcome(id = "0", expect = ACCEPTABLE_INTERESTING, desc = "read -> move -> set the old bit: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened extends MoveScene {
        public Weakened() {
            super(new Unasked(Migration.of(Protocol.MASKED), 150));
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

    /** The mover reads what is held, then lifts it, in two steps. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "old pair, new pair, or held and replayed")
    @Outcome(
            id = "0",
            expect = ACCEPTABLE_INTERESTING,
            desc = "no place -> mover finds nothing held -> held -> lifted: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class WeakenedLift {
        private final AtomicInteger pending = new AtomicInteger();
        private volatile int register = 1; // 0: no place
        private volatile boolean detached;
        private volatile boolean held;

        @Actor
        public void raiser() {
            for (; ; ) {
                int reading = register;
                if (reading != 0) {
                    pending.set(1);
                    if (register == reading) {
                        return;
                    }
                } else if (detached) {
                    held = true;
                    return;
                }
            }
        }

        @Actor
        public void mover() {
            detached = true;
            register = 0;
            Thread.onSpinWait(); // widens the window
            register = 2;
            boolean replay = held;
            held = false;
            detached = false;
            if (replay) {
                pending.set(1);
            }
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = pending.get();
        }
    }
}
