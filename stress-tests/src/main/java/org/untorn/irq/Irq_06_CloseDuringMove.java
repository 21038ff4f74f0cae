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
 * An interrupt is closed while it is moved. Are both its vectors free at the end, and is it closed? (G8, G9, Irq I1)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_06}
 */
public class Irq_06_CloseDuringMove {
    private Irq_06_CloseDuringMove() {}

    /** r1: vectors that are still allocated; r2: 1 if it is closed. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "close -> move refused, move -> close, or the mover closes")
    @Outcome(expect = FORBIDDEN, desc = "a vector leaked, or it was never closed")
    @State
    public static class Actual extends MoveScene {
        public Actual() {
            super(Migration.of(Protocol.STAMPED));
        }

        @Actor
        public void mover() {
            irq.setAffinity(ON_1);
        }

        @Actor
        public void closer() {
            irq.close();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            seenAtTheEnd();
            r.r1 = domain.matrix().totalAllocated() - 1; // the neighbour has one
            r.r2 = irq.isClosed() ? 1 : 0;
        }
    }

    /** A closer that does not mind a move in progress; a register of CPU + 1, 0 means unprogrammed. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "close -> move refused, or move -> close")
    @Outcome(
            id = {"1, 1", "1, 0"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "mover finds it open -> close -> register rewritten: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger allocated = new AtomicInteger(1);
        private volatile int register = 1;
        private volatile boolean closed;

        @Actor
        public void mover() {
            if (!closed) {
                allocated.incrementAndGet();
                register = 2;
                allocated.decrementAndGet();
            }
        }

        @Actor
        public void closer() {
            closed = true;
            register = 0;
            allocated.decrementAndGet();
        }

        @Arbiter
        public void observer(II_Result r) {
            r.r1 = register != 0 ? 1 : 0; // it names a vector that nobody will free
            r.r2 = closed ? 1 : 0;
        }
    }
}
