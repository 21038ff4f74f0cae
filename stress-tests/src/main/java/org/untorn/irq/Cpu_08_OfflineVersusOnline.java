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
 * A CPU is taken offline while another thread brings it back. Do the CPU and the matrix agree at the end, and is nothing
 * on it if it is offline? (G8, Cpu I4)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Cpu_08}
 */
public class Cpu_08_OfflineVersusOnline {
    private Cpu_08_OfflineVersusOnline() {}

    /** r1: 1 if the CPU is online; r2: 1 if the matrix says so; r3: vectors allocated on it. */
    @JCStressTest
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "online refused -> offline")
    @Outcome(id = "1, 1, [012]", expect = ACCEPTABLE, desc = "offline, or half of it -> online")
    @Outcome(expect = FORBIDDEN, desc = "CPU and matrix disagree, or something is on a CPU that is offline")
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void offliner() {
            cpu0.offline();
        }

        @Actor
        public void onliner() {
            cpu0.online();
        }

        @Arbiter
        public void nextOwner(III_Result r) {
            seenAtTheEnd();
            r.r1 = cpu0.isOnline() ? 1 : 0;
            r.r2 = domain.matrix().isOnline(0) ? 1 : 0;
            r.r3 = domain.matrix().allocated(0);
        }
    }

    /** The status changes hands first, then the matrix is told. */
    @JCStressTest
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "online refused -> offline")
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "offline -> online")
    @Outcome(
            id = "1, 0, 0",
            expect = ACCEPTABLE_INTERESTING,
            desc = "leaving -> online, matrix online -> matrix offline: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger status = new AtomicInteger(1);
        private volatile int matrix = 1;

        @Actor
        public void offliner() {
            if (status.compareAndSet(1, 0)) {
                Thread.onSpinWait(); // widens the window
                matrix = 0;
            }
        }

        @Actor
        public void onliner() {
            if (status.compareAndSet(0, 1)) {
                matrix = 1;
            }
        }

        @Arbiter
        public void observer(III_Result r) {
            r.r1 = status.get();
            r.r2 = matrix;
            r.r3 = 0;
        }
    }
}
