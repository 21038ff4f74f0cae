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
 * One CPU of a managed interrupt goes offline while the other comes online. Who meets the other at the register leaves it
 * a mark. Does the interrupt run on at the CPU that is online? (G1, Mover I5)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t Irq_15}
 */
public class Irq_15_RestartMeetsOffline {
    private Irq_15_RestartMeetsOffline() {}

    /** r1: 1 if it is shut down; r2: how many runs a raise led to. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "moved, or shut down -> restarted by one of the two")
    @Outcome(expect = FORBIDDEN, desc = "shut down though a CPU of its own is online")
    @State
    public static class Actual {
        private final VectorDomain domain = VectorDomain.ofCpus(2);
        private final Irq managed;

        public Actual() {
            domain.cpu(1).offline();
            managed = domain.irq(source -> {}).managed().open().orElseThrow();
        }

        @Actor
        public void offliner() {
            domain.cpu(0).offline();
        }

        @Actor
        public void onliner() {
            domain.cpu(1).online();
        }

        @Arbiter
        public void nextOwner(II_Result r) {
            r.r1 = managed.isShutDown() ? 1 : 0;
            managed.raise();
            domain.cpu(1).claim();
            r.r2 = domain.cpu(1).poll();
            domain.cpu(1).release();
        }
    }

    /** Who meets another at the register goes away. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "moved, or shut down -> restarted by one of the two")
    @Outcome(
            id = "1, 0",
            expect = ACCEPTABLE_INTERESTING,
            desc = "offliner finds no CPU -> online -> onliner meets the offliner -> offliner ends: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final AtomicInteger moving = new AtomicInteger();
        private volatile boolean online;
        private volatile boolean shutDown;

        @Actor
        public void offliner() {
            look();
            restart(); // a CPU may have come online before it was shut down
        }

        @Actor
        public void onliner() {
            online = true;
            restart();
        }

        private void restart() {
            if (shutDown) {
                look();
            }
        }

        private void look() {
            if (moving.compareAndSet(0, 1)) {
                shutDown = !online;
                Thread.onSpinWait(); // widens the window
                moving.set(0);
            }
        }

        @Arbiter
        public void observer(II_Result r) {
            r.r1 = shutDown ? 1 : 0;
            r.r2 = 1 - r.r1;
        }
    }
}
