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
 * Two deliverers have the same interrupt to serve; its handler adds to a plain field. Do its runs overlap, and does each
 * see what the one before wrote? (G3, Irq I3, M3)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_02}
 */
public class Irq_02_RunsDoNotOverlap {
    private Irq_02_RunsDoNotOverlap() {}

    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "run -> run, the second perhaps after it was handed off")
    @Outcome(expect = FORBIDDEN, desc = "the runs overlapped, or one was lost")
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.STAMPED));
        }

        private final Irq counting =
                domain.irq(source -> payload++).affinity(ON_0).open().orElseThrow();

        @Actor
        public void deliverer() {
            counting.serve(Owner.current(), 32);
        }

        @Actor
        public void otherDeliverer() {
            counting.serve(Owner.current(), 32);
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            seenAtTheEnd();
            r.r1 = payload;
        }
    }

    /** Without a run state. */
    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "run -> run")
    @Outcome(id = "1", expect = ACCEPTABLE_INTERESTING, desc = "both runs load, both store: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private int count;

        @Actor
        public void deliverer() {
            count++;
        }

        @Actor
        public void otherDeliverer() {
            count++;
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = count;
        }
    }

    /**
     * IDLE is stored in opaque mode: what the handler wrote may come after it. A CPU that keeps stores in order (x86)
     * does not show it.
     */
    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "run -> run, the second perhaps handed off")
    @Outcome(id = "1", expect = ACCEPTABLE_INTERESTING, desc = "IDLE -> run -> write of the first run; AArch64 only")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class WeakenedOpaque {
        private final AtomicInteger state = new AtomicInteger();
        private final AtomicInteger handedOff = new AtomicInteger();
        private int count;

        @Actor
        public void deliverer() {
            serve();
        }

        @Actor
        public void otherDeliverer() {
            serve();
        }

        private void serve() {
            if (!state.compareAndSet(0, 1)) {
                handedOff.incrementAndGet();
                return;
            }
            count++;
            state.setOpaque(0);
        }

        @Arbiter
        public void nextOwner(I_Result r) {
            r.r1 = count + handedOff.get();
        }
    }
}
