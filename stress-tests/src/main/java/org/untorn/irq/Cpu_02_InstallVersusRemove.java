// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.untorn.matrix.VectorLayout;

/**
 * An interrupt leaves the only vector of a CPU while another one is opened there. Does the new one, if it got the
 * vector, keep its slot? (G8, G10, Cpu I1, I2)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Cpu_02}
 */
public class Cpu_02_InstallVersusRemove {
    private Cpu_02_InstallVersusRemove() {}

    /** r1: 1 if the new interrupt was opened; r2: how many of its runs a raise led to. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "open -> remove: no vector")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "remove -> free -> open: the slot is the new one's")
    @Outcome(expect = FORBIDDEN, desc = "the slot of the new interrupt was emptied")
    @State
    public static class Actual {
        private static final VectorLayout ONE = VectorLayout.of(32, 33);
        private final VectorDomain domain = VectorDomain.builder(1).layout(ONE).build();
        private final Irq old = domain.irq(source -> {}).open().orElseThrow();
        private Irq opened;
        private int runs;

        @Actor
        public void owner() {
            domain.cpu(0).claim();
            old.close();
            domain.cpu(0).poll();
            domain.cpu(0).release();
        }

        @Actor
        public void opener(II_Result r) {
            opened = domain.irq(source -> runs++).open().orElse(null);
            r.r1 = opened == null ? 0 : 1;
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            if (opened != null) {
                opened.raise();
                domain.cpu(0).claim();
                domain.cpu(0).poll();
                domain.cpu(0).release();
            }
            r.r2 = runs;
        }
    }

    /** The vector is freed first, then the slot emptied by a blind store: Linux, for ten years. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "open -> free: no vector")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "free -> remove -> open")
    @Outcome(id = "1, 0", expect = ACCEPTABLE_INTERESTING, desc = "free -> open -> remove: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger free = new AtomicInteger();
        private final AtomicReference<String> slot = new AtomicReference<>("old");

        @Actor
        public void owner() {
            free.set(1);
            slot.set(null);
        }

        @Actor
        public void opener(II_Result r) {
            if (free.compareAndSet(1, 0)) {
                slot.set("new");
                r.r1 = 1;
            }
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r2 = "new".equals(slot.get()) ? 1 : 0;
        }
    }
}
