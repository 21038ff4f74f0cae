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
 * An interrupt is retriggered while its CPU is polled. Does a run start after the retrigger? (G5)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_10}
 */
public class Irq_10_RetriggerVersusPoll {
    private Irq_10_RetriggerVersusPoll() {}

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "retrigger -> poll, or poll -> retrigger -> next poll")
    @Outcome(expect = FORBIDDEN, desc = "lost")
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.STAMPED));
            irq.raise();
        }

        @Actor
        public void retriggerer() {
            payload = 1;
            irq.retrigger();
        }

        @Actor
        public void owner() {
            own(cpu0);
            cpu0.poll(1);
            cpu0.release();
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = seenAtTheEnd();
        }
    }

    /** A retrigger that leaves it to the run in progress. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "retrigger -> run, or run -> retrigger -> next run")
    @Outcome(
            id = "0",
            expect = ACCEPTABLE_INTERESTING,
            desc = "run reads -> retrigger finds it running -> run ends: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger pending = new AtomicInteger(1);
        private volatile int running;
        private int payload;
        private int seen;

        @Actor
        public void retriggerer() {
            payload = 1;
            if (running == 0) {
                pending.set(1);
            }
        }

        @Actor
        public void owner() {
            poll();
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            poll();
            r.r1 = seen;
        }

        private void poll() {
            if (pending.getAndSet(0) != 0) {
                running = 1;
                seen = payload;
                running = 0;
            }
        }
    }
}
