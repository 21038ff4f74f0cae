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
 * A mover asks the owner of the old CPU to release a vector while that owner goes to sleep. Is the owner woken, if it sleeps?
 * (G6, Cpu M5)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Cpu_06}
 */
public class Cpu_06_SleepVersusRequest {
    private Cpu_06_SleepVersusRequest() {}

    /** r1: 1 if the owner sleeps; r2: how often it was woken; r3: vectors that wait for it to be released. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "request, served by the mover -> claim -> sleep")
    @Outcome(id = "0, [01], 1", expect = ACCEPTABLE, desc = "claim -> request -> look: it does not sleep")
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "arm -> look -> request: woken")
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "owner ends in its sleep -> request, served by the mover")
    @Outcome(id = "0, [01], 0", expect = ACCEPTABLE, desc = "request -> look -> owner ends -> served by the mover")
    @Outcome(expect = FORBIDDEN, desc = "sleeps, and nobody woke it")
    @State
    public static class Actual extends MoveScene {
        private final AtomicInteger woken = new AtomicInteger();

        public Actual() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void mover() {
            irq.setAffinity(ON_1);
        }

        @Actor
        public void owner(III_Result r) {
            while (!cpu0.claim(woken::incrementAndGet)) {
                Thread.onSpinWait(); // the mover does the work of the owner that is missing
            }
            r.r1 = cpu0.announceSleep() ? 1 : 0;
        }

        @Arbiter
        public void observer(III_Result r) {
            r.r2 = woken.get();
            r.r3 = domain.matrix().allocated(0) - 1; // the neighbour has one
        }
    }

    /** The mover's request may still be in its store buffer when it looks whether the owner sleeps. */
    @JCStressTest
    @Outcome(id = "0, [01], 1", expect = ACCEPTABLE, desc = "request -> look: it does not sleep")
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "arm -> look -> request: woken")
    @Outcome(
            id = "1, 0, 1",
            expect = ACCEPTABLE_INTERESTING,
            desc = "not armed -> arm -> look -> request arrives: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger requested = new AtomicInteger();
        private final AtomicInteger armed = new AtomicInteger();
        private int woken;

        @Actor
        public void mover() {
            requested.setRelease(1);
            woken = armed.get();
        }

        @Actor
        public void owner(III_Result r) {
            armed.set(1);
            r.r1 = 1 - requested.get();
        }

        @Arbiter
        public void observer(III_Result r) {
            r.r2 = woken;
            r.r3 = 1;
        }
    }
}
