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
 * An interrupt is raised while the owner of its CPU goes to sleep. Is the owner woken, if it sleeps? Also by a raise that was
 * skipped because the bit was set, by somebody who was suspended before he could wake it? (G1, G6, Irq M6)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Cpu_05}
 */
public class Cpu_05_SleepVersusRaise {
    private Cpu_05_SleepVersusRaise() {}

    /** r1: 1 if the owner sleeps; r2: how often it was woken. */
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "raise -> look: it does not sleep")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "arm -> look -> raise: woken")
    @Outcome(expect = FORBIDDEN, desc = "sleeps, and nobody woke it")
    public static class Woken {
        private Woken() {}
    }

    @JCStressTest
    @JCStressMeta(Woken.class)
    @State
    public static class Actual extends MoveScene {
        private final AtomicInteger woken = new AtomicInteger();

        public Actual() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void raiser() {
            irq.raise();
        }

        @Actor
        public void owner(II_Result r) {
            cpu0.claim(woken::incrementAndGet);
            r.r1 = cpu0.announceSleep() ? 1 : 0;
        }

        @Arbiter
        public void observer(II_Result r) {
            r.r2 = woken.get();
        }
    }

    /** Once the owner sleeps, the bit is set by somebody who comes no further. */
    @JCStressTest
    @JCStressMeta(Woken.class)
    @State
    public static class ActualSkipped extends MoveScene {
        private final AtomicInteger woken = new AtomicInteger();

        public ActualSkipped() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void raiser() {
            irq.raise();
        }

        @Actor
        public void ownerAndOther(II_Result r) {
            cpu0.claim(woken::incrementAndGet);
            r.r1 = cpu0.announceSleep() ? 1 : 0;
            cpu0.pending().raise(33);
        }

        @Arbiter
        public void observer(II_Result r) {
            r.r2 = woken.get();
        }
    }

    /** The owner looks first, then says that it sleeps. */
    @JCStressTest
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "raise -> look: it does not sleep")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "look -> arm -> raise: woken")
    @Outcome(id = "1, 0", expect = ACCEPTABLE_INTERESTING, desc = "look -> raise, not armed -> arm: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger pending = new AtomicInteger();
        private final AtomicInteger armed = new AtomicInteger();
        private int woken;

        @Actor
        public void raiser() {
            pending.set(1);
            woken = armed.get();
        }

        @Actor
        public void owner(II_Result r) {
            if (pending.get() == 0) {
                armed.set(1);
                r.r1 = 1;
            }
        }

        @Arbiter
        public void observer(II_Result r) {
            r.r2 = woken;
        }
    }

    /** A raise that was skipped leaves the waking to whoever set the bit. */
    @JCStressTest
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "raise -> look: it does not sleep")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "arm -> look -> raise: woken")
    @Outcome(id = "1, 0", expect = ACCEPTABLE_INTERESTING, desc = "arm -> look -> other raise -> skipped: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class WeakenedSkipped {
        private final AtomicInteger pending = new AtomicInteger();
        private final AtomicInteger armed = new AtomicInteger();
        private int woken;

        @Actor
        public void raiser() {
            if (pending.compareAndSet(0, 1)) {
                woken = armed.get();
            }
        }

        @Actor
        public void ownerAndOther(II_Result r) {
            armed.set(1);
            r.r1 = 1 - pending.get();
            pending.set(1);
        }

        @Arbiter
        public void observer(II_Result r) {
            r.r2 = woken;
        }
    }
}
