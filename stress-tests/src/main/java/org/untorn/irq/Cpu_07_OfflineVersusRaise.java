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
 * An interrupt is raised while its CPU is taken offline. Does it run elsewhere, and does that run see what was written
 * before the raise? (G1, G8, Cpu M2)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Cpu_07}
 */
public class Cpu_07_OfflineVersusRaise {
    private Cpu_07_OfflineVersusRaise() {}

    /** r1: what the last run saw; r2: vectors still allocated on the CPU that left. */
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "raised there and passed on, or raised here, or raised again")
    @Outcome(expect = FORBIDDEN, desc = "lost, or a vector was left behind")
    public static class Moved {
        private Moved() {}
    }

    @JCStressTest
    @JCStressMeta(Moved.class)
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
        public void offlinerAndOwner() {
            own(cpu0);
            cpu0.offline();
            cpu0.poll();
            cpu0.release();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r1 = seenAtTheEnd();
            r.r2 = domain.matrix().allocated(0);
        }
    }

    /** The owner may be inside a poll; then it completes what the offliner could not. */
    @JCStressTest
    @JCStressMeta(Moved.class)
    @State
    public static class ActualPolled extends MoveScene {
        public ActualPolled() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void raiserAndOwner() {
            post();
            poll0();
        }

        @Actor
        public void offliner() {
            cpu0.offline();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r1 = seenAtTheEnd();
            r.r2 = domain.matrix().allocated(0);
        }
    }

    /** Nobody owns the CPU; it comes back at once. */
    @JCStressTest
    @JCStressMeta(Moved.class)
    @State
    public static class ActualBack extends MoveScene {
        public ActualBack() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void raiser() {
            post();
        }

        @Actor
        public void offlinerAndOnliner() {
            cpu0.offline();
            cpu0.online();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r1 = seenAtTheEnd();
            r.r2 = domain.matrix().allocated(0);
        }
    }

    /** The library, but for the question after the raise. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "raised there and passed on, or raised here")
    @Outcome(id = "0, 0", expect = ACCEPTABLE_INTERESTING, desc = "read -> offline -> set the old bit: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened extends MoveScene {
        public Weakened() {
            super(new Unasked(Migration.of(Protocol.STAMPED), 300));
        }

        @Actor
        public void raiser() {
            post();
        }

        @Actor
        public void offlinerAndOwner() {
            own(cpu0);
            cpu0.offline();
            cpu0.poll();
            cpu0.release();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r1 = seenAtTheEnd();
            r.r2 = domain.matrix().allocated(0);
        }
    }

    /** The CPU is silenced before its interrupts are moved, which lost them in Linux for months (52d6b926aabc). */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "raised here, or raised there and raised again")
    @Outcome(id = "0, 0", expect = ACCEPTABLE_INTERESTING, desc = "raise -> silenced -> moved: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class WeakenedSilenced {
        private final AtomicInteger pending0 = new AtomicInteger();
        private final AtomicInteger pending1 = new AtomicInteger();
        private volatile int register;

        @Actor
        public void raiser() {
            int reading;
            do {
                reading = register;
                (reading == 0 ? pending0 : pending1).set(1);
            } while (register != reading);
        }

        @Actor
        public void offliner() {
            pending0.getAndSet(0);
            register = 1;
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r1 = pending1.get();
            r.r2 = 0;
        }
    }
}
