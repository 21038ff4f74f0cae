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
 * A managed interrupt is raised while its only CPU goes offline and comes back. Is what was raised held meanwhile, and
 * does a run then see what was written before? (G1, Irq M5, Mover I4, I6)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_14}
 */
public class Irq_14_ShutDownVersusRaise {
    private Irq_14_ShutDownVersusRaise() {}

    /** r1: what the last run saw; r2: 1 if it is shut down at the end. */
    @Outcome(
            id = "1, 0",
            expect = ACCEPTABLE,
            desc = "raised before, or held -> restarted -> replayed, or raised after")
    @Outcome(expect = FORBIDDEN, desc = "lost, or not restarted")
    public static class Replayed {
        private Replayed() {}
    }

    @JCStressTest
    @JCStressMeta(Replayed.class)
    @State
    public static class Actual extends MoveScene {
        private final Irq managed = domain.irq(source -> seen = payload)
                .affinity(ON_0)
                .managed()
                .open()
                .orElseThrow();

        public Actual() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void raiser() {
            post(managed);
        }

        @Actor
        public void offlinerAndOwner() {
            own(cpu0);
            cpu0.offline();
            cpu0.poll();
            cpu0.online();
            cpu0.release();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r1 = seenAtTheEnd();
            r.r2 = managed.isShutDown() ? 1 : 0;
        }
    }

    /** It is shut down, and a raise is held, from the start. */
    @JCStressTest
    @JCStressMeta(Replayed.class)
    @State
    public static class ActualHeld extends MoveScene {
        private final Irq managed = domain.irq(source -> seen = payload)
                .affinity(ON_0)
                .managed()
                .open()
                .orElseThrow();

        public ActualHeld() {
            super(Migration.of(Protocol.STAMPED));
            cpu0.offline();
            managed.raise();
        }

        @Actor
        public void raiser() {
            payload = 1;
            managed.raise();
        }

        @Actor
        public void onlinerAndOwner() {
            cpu0.online();
            poll0();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r1 = seenAtTheEnd();
            r.r2 = managed.isShutDown() ? 1 : 0;
        }
    }

    /** A raise that finds one held already writes nothing: what was written before it may still be in its store buffer. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "held -> restarted -> replayed, or raised after")
    @Outcome(
            id = "0, 0",
            expect = ACCEPTABLE_INTERESTING,
            desc = "held already -> restarted -> run -> write: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger held = new AtomicInteger(1);
        private final AtomicInteger pending = new AtomicInteger();
        private int payload;
        private int seen;

        @Actor
        public void raiser() {
            payload = 1;
            if (held.get() == 0) {
                pending.set(1);
            }
        }

        @Actor
        public void onlinerAndOwner() {
            if (held.getAndSet(0) != 0) {
                seen = payload;
            }
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r1 = pending.get() != 0 ? payload : seen;
            r.r2 = held.get();
        }
    }
}
