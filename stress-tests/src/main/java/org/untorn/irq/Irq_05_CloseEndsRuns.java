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
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * An interrupt is closed while it is served. If close answers "closed", what the handler uses is freed. Can a handler
 * still meet it? (G9, Irq M2)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_05}
 */
public class Irq_05_CloseEndsRuns {
    private Irq_05_CloseEndsRuns() {}

    /** r1: 1 if close answered "closed"; r2: 1 if the handler ran; r3: 1 if it met what was freed. */
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "close -> poll: no run")
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "run -> close")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "run begins -> close says closing -> run ends")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "close meets a poll that then finds it closing: no run")
    @Outcome(expect = FORBIDDEN, desc = "ran after close had answered closed")
    public static class Ended {
        private Ended() {}
    }

    @JCStressTest
    @JCStressMeta(Ended.class)
    @State
    public static class Actual extends MoveScene {
        private int ran;
        private int freed;
        private int met;
        private final Irq closing = domain.irq(source -> {
                    ran = 1;
                    met = freed;
                })
                .affinity(ON_0)
                .open()
                .orElseThrow();

        public Actual() {
            super(Migration.of(Protocol.STAMPED));
            closing.raise();
        }

        @Actor
        public void owner() {
            own(cpu0);
            cpu0.poll();
            cpu0.release();
        }

        @Actor
        public void closer(III_Result r) {
            if (closing.close() == CloseResult.CLOSED) {
                freed = 1;
                r.r1 = 1;
            }
        }

        @Arbiter
        public void nextOwner(III_Result r) {
            seenAtTheEnd();
            r.r2 = ran;
            r.r3 = met;
        }
    }

    /** The closer's mark may still be in its store buffer when it looks at the state. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "close -> poll: no run")
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "run -> close")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "run begins -> close says closing -> run ends")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "close meets a poll that then finds it closing: no run")
    @Outcome(
            id = "1, 1, 1",
            expect = ACCEPTABLE_INTERESTING,
            desc = "state looks idle -> run begins, the mark not seen -> freed -> met: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger state = new AtomicInteger();
        private final AtomicInteger control = new AtomicInteger();
        private int ran;
        private int freed;
        private int met;

        @Actor
        public void owner() {
            if (state.compareAndSet(0, 1)) {
                if (control.get() == 0) {
                    ran = 1;
                    for (int spin = 0; spin < 10; spin++) {
                        met |= freed;
                        Thread.onSpinWait();
                    }
                }
                state.set(0);
            }
        }

        @Actor
        public void closer(III_Result r) {
            control.setRelease(1);
            if (state.get() == 0) {
                freed = 1;
                r.r1 = 1;
            }
        }

        @Arbiter
        public void observer(III_Result r) {
            r.r2 = ran;
            r.r3 = met;
        }
    }
}
