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
 * An interrupt is delivered on a second CPU while it runs on the first, as after a move. The raise behind the second
 * delivery was answered by nobody yet. Does a run see what was written before it? (G1, G3)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_04}
 */
public class Irq_04_DeliveryDuringRun {
    private Irq_04_DeliveryDuringRun() {}

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "served at once, or handed off and served by the next poll")
    @Outcome(expect = FORBIDDEN, desc = "lost")
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void deliverer() {
            irq.serve(Owner.current(), 32);
        }

        @Actor
        public void raiserAndOtherDeliverer() {
            payload = 1;
            irq.serve(Owner.current(), 32);
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = seenAtTheEnd();
        }
    }

    /** Who finds it running does nothing. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "run -> run")
    @Outcome(id = "0", expect = ACCEPTABLE_INTERESTING, desc = "run reads -> second delivery is dropped: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger state = new AtomicInteger();
        private int payload;
        private int seen;

        @Actor
        public void deliverer() {
            serve();
        }

        @Actor
        public void raiserAndOtherDeliverer() {
            payload = 1;
            serve();
        }

        private void serve() {
            if (state.compareAndSet(0, 1)) {
                seen = payload;
                state.set(0);
            }
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = seen;
        }
    }
}
