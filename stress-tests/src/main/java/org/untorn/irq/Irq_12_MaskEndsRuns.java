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
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * An interrupt is masked while it is served. If mask answers "no run in service", what the handler uses is taken away.
 * Can a handler still meet it? (Irq M2)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_12}
 */
public class Irq_12_MaskEndsRuns {
    private Irq_12_MaskEndsRuns() {}

    /** r1: 1 if mask answered that none is in service; r2: 1 if the handler ran; r3: 1 if it met what was taken away. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "mask -> poll: no run")
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "run -> mask")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "run begins -> mask says one is in service -> run ends")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "mask meets a poll that then finds it masked: no run")
    @Outcome(expect = FORBIDDEN, desc = "ran after mask had answered that none is in service")
    @State
    public static class Actual extends MoveScene {
        private int ran;
        private int taken;
        private int met;
        private final Irq masked = domain.irq(source -> {
                    ran = 1;
                    for (int spin = 0; spin < 10; spin++) {
                        met |= taken;
                        Thread.onSpinWait();
                    }
                })
                .affinity(ON_0)
                .open()
                .orElseThrow();

        public Actual() {
            super(Migration.of(Protocol.STAMPED));
            masked.raise();
        }

        @Actor
        public void owner() {
            poll0();
        }

        @Actor
        public void masker(III_Result r) {
            if (masked.mask()) {
                taken = 1;
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

    /** Who serves looks at the mask first, then says that it runs. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "mask -> poll: no run")
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "run -> mask")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "run begins -> mask says one is in service -> run ends")
    @Outcome(
            id = "1, 1, 1",
            expect = ACCEPTABLE_INTERESTING,
            desc = "not masked -> mask -> state looks idle -> run -> met: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger state = new AtomicInteger();
        private final AtomicInteger control = new AtomicInteger();
        private int ran;
        private int taken;
        private int met;

        @Actor
        public void owner() {
            if (control.get() == 0 && state.compareAndSet(0, 1)) {
                ran = 1;
                for (int spin = 0; spin < 10; spin++) {
                    met |= taken;
                    Thread.onSpinWait();
                }
                state.set(0);
            }
        }

        @Actor
        public void masker(III_Result r) {
            control.set(1);
            if (state.get() == 0) {
                taken = 1;
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
