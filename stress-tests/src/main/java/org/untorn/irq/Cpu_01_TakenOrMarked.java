// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A mover finds the pending bit of the vector it leaves gone. Does it then find the mark that a poll is under way, or
 * else what that poll served? (G1, Cpu M1, Owner.inside)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Cpu_01}
 */
public class Cpu_01_TakenOrMarked {
    private Cpu_01_TakenOrMarked() {}

    /** r1: 1 if the mover found the bit gone; r2: 1 if it found the mark; r3: 1 if it found it served. */
    @Outcome(id = "0, [01], 0", expect = ACCEPTABLE, desc = "claim of the bit -> take: the mover retriggers")
    @Outcome(id = "1, 1, [01]", expect = ACCEPTABLE, desc = "mark -> take -> claim of the bit: the mover retriggers")
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "take -> served -> mark gone -> claim of the bit")
    @Outcome(expect = FORBIDDEN, desc = "taken and not served, and the mover does not know")
    public static class Known {
        private Known() {}
    }

    @JCStressTest
    @JCStressMeta(Known.class)
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.STAMPED));
            payload = 1;
            irq.raise();
        }

        @Actor
        public void owner() {
            own(cpu0);
            cpu0.poll();
            cpu0.release();
        }

        @Actor
        public void mover(III_Result r) {
            r.r1 = cpu0.pending().clear(33) ? 0 : 1;
            r.r2 = cpu0.mayHaveTaken(irq) ? 1 : 0;
            r.r3 = seen;
        }
    }

    /** The mark is set after the take. */
    @JCStressTest
    @Outcome(id = "0, [01], 0", expect = ACCEPTABLE, desc = "claim of the bit -> take: the mover retriggers")
    @Outcome(id = "1, 1, [01]", expect = ACCEPTABLE, desc = "take -> mark -> claim of the bit: the mover retriggers")
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "take -> served -> mark gone -> claim of the bit")
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE_INTERESTING, desc = "take -> claim of the bit -> mark: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger pending = new AtomicInteger(1);
        private final AtomicInteger inside = new AtomicInteger();
        private int served;

        @Actor
        public void owner() {
            int taken = pending.getAndSet(0);
            inside.setOpaque(1);
            served = taken;
            inside.setRelease(0);
        }

        @Actor
        public void mover(III_Result r) {
            r.r1 = 1 - pending.getAndSet(0);
            r.r2 = inside.get();
            r.r3 = served;
        }
    }

    /** The mark is cleared in opaque mode. A CPU that keeps stores in order (x86) does not show it. */
    @JCStressTest
    @Outcome(id = "0, [01], 0", expect = ACCEPTABLE, desc = "claim of the bit -> take: the mover retriggers")
    @Outcome(id = "1, 1, [01]", expect = ACCEPTABLE, desc = "mark -> take -> claim of the bit: the mover retriggers")
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "take -> served -> mark gone -> claim of the bit")
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE_INTERESTING, desc = "mark gone -> claim -> served; AArch64 only")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class WeakenedOpaque {
        private final AtomicInteger pending = new AtomicInteger(1);
        private final AtomicInteger inside = new AtomicInteger();
        private int served;

        @Actor
        public void owner() {
            inside.setOpaque(1);
            served = pending.getAndSet(0);
            inside.setOpaque(0);
        }

        @Actor
        public void mover(III_Result r) {
            r.r1 = 1 - pending.getAndSet(0);
            r.r2 = inside.get();
            r.r3 = served;
        }
    }
}
