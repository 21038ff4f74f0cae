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
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * An interrupt is raised while it is being served. Does a run see what was written before that raise? (G1, G2)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_03}
 */
public class Irq_03_RaiseDuringRun {
    private Irq_03_RaiseDuringRun() {}

    /** r1: what the last run saw; r2: how many runs there were. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "raise, merged -> run: one run answers both")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "take -> raise -> next run")
    @Outcome(expect = FORBIDDEN, desc = "lost, or more runs than raises")
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.STAMPED));
            irq.raise();
        }

        @Actor
        public void raiser() {
            post();
        }

        @Actor
        public void owner() {
            own(cpu0);
            cpu0.poll();
            cpu0.release();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r1 = seenAtTheEnd();
            r.r2 = (int) irq.runs();
        }
    }

    /** The owner clears the bit when the handler has returned. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "raise, merged -> run: one run answers both")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "clear -> raise -> next run")
    @Outcome(id = "0, 1", expect = ACCEPTABLE_INTERESTING, desc = "run -> raise, merged -> clear: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger pending = new AtomicInteger(1);
        private int payload;
        private int seen;
        private int runs;

        @Actor
        public void raiser() {
            payload = 1;
            pending.getAndSet(1);
        }

        @Actor
        public void owner() {
            poll();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            poll();
            r.r1 = seen;
            r.r2 = runs;
        }

        private void poll() {
            if (pending.get() != 0) {
                runs++;
                seen = payload;
                pending.getAndSet(0);
            }
        }
    }
}
