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
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * An interrupt is raised, found masked by a poll, and unmasked. Does it run, once? (G1, Irq M5)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_11}
 */
public class Irq_11_RaiseWhileMasked {
    private Irq_11_RaiseWhileMasked() {}

    /** r1: what the last run saw; r2: how many runs there were. */
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "not masked, or held -> unmasked -> replayed: it runs, once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or run twice")
    public static class Replayed {
        private Replayed() {}
    }

    /** It was raised while masked; a poll takes it. */
    @JCStressTest
    @JCStressMeta(Replayed.class)
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.STAMPED));
            payload = 1;
            irq.mask();
            irq.raise();
        }

        @Actor
        public void owner() {
            poll0();
        }

        @Actor
        public void masker() {
            irq.unmask();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r1 = seenAtTheEnd();
            r.r2 = (int) irq.runs();
        }
    }

    @JCStressTest
    @JCStressMeta(Replayed.class)
    @State
    public static class ActualRaise extends MoveScene {
        public ActualRaise() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void raiser() {
            post();
        }

        @Actor
        public void maskerAndOwner() {
            irq.mask();
            poll0();
            irq.unmask();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r1 = seenAtTheEnd();
            r.r2 = (int) irq.runs();
        }
    }

    /** What is held is noted apart from the mask, not by one compareAndSet of both. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "not masked, or held -> unmasked -> replayed")
    @Outcome(
            id = "0, 0",
            expect = ACCEPTABLE_INTERESTING,
            desc = "poll finds it masked -> unmask finds nothing held -> held: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger pending = new AtomicInteger(1);
        private volatile boolean masked = true;
        private volatile boolean held;
        private int runs;

        @Actor
        public void owner() {
            poll();
        }

        @Actor
        public void masker() {
            boolean replay = held;
            masked = false;
            held = false;
            if (replay) {
                pending.set(1);
            }
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            poll();
            r.r1 = runs;
            r.r2 = runs;
        }

        private void poll() {
            if (pending.getAndSet(0) != 0) {
                if (masked) {
                    held = true;
                } else {
                    runs++;
                }
            }
        }
    }
}
