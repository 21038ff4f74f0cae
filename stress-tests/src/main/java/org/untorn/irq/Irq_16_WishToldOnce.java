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
 * A move is deferred, and granted by the owner while somebody else puts another in its place or cancels it. Is each
 * callback told once?
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_16}
 */
public class Irq_16_WishToldOnce {
    private Irq_16_WishToldOnce() {}

    /** r1, r2: how often the one and the other were told. */
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "granted or cancelled, each once")
    @Outcome(expect = FORBIDDEN, desc = "told twice, or never")
    public static class Told {
        private Told() {}
    }

    /** The owner moves it and wishes it back, which has to wait for its own poll; the other wishes it elsewhere. */
    @JCStressTest
    @JCStressMeta(Told.class)
    @State
    public static class Actual extends MoveScene {
        private final AtomicInteger told = new AtomicInteger();
        private final AtomicInteger otherTold = new AtomicInteger();

        public Actual() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void ownerAndWisher() {
            own(cpu0);
            irq.setAffinity(ON_1);
            irq.setAffinity(ON_0, result -> told.incrementAndGet());
            cpu0.poll();
            cpu0.release();
        }

        @Actor
        public void otherWisher() {
            irq.setAffinity(ON_1, result -> otherTold.incrementAndGet());
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            seenAtTheEnd();
            r.r1 = told.get();
            r.r2 = otherTold.get();
        }
    }

    /** The move needs the owner of the CPU it is on, in three steps; it is cancelled. */
    @JCStressTest
    @JCStressMeta(Told.class)
    @State
    public static class ActualCancelled extends MoveScene {
        private final AtomicInteger told = new AtomicInteger();

        public ActualCancelled() {
            super(Migration.of(Protocol.THREE_STEP));
        }

        @Actor
        public void owner() {
            poll0();
        }

        @Actor
        public void wisher() {
            irq.setAffinity(ON_1, result -> told.incrementAndGet());
            irq.cancelMove();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            seenAtTheEnd();
            r.r1 = told.get();
            r.r2 = irq.wish() == null ? 1 : 0;
        }
    }

    /** A wish that is taken in two steps. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "granted, or cancelled")
    @Outcome(id = "2, 1", expect = ACCEPTABLE_INTERESTING, desc = "both read it -> both take it away: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger told = new AtomicInteger();
        private volatile AtomicInteger wish = told;

        @Actor
        public void owner() {
            take();
        }

        @Actor
        public void canceller() {
            take();
        }

        private void take() {
            AtomicInteger before = wish;
            if (before != null) {
                Thread.onSpinWait(); // widens the window
                wish = null;
                before.incrementAndGet();
            }
        }

        @Arbiter
        public void observer(II_Result r) {
            r.r1 = told.get();
            r.r2 = wish == null ? 1 : 0;
        }
    }
}
