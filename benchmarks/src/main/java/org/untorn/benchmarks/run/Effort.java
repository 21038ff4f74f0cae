// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.time.Duration;

/**
 * How long each thing is measured. The rivals of one comparison take turns, so that a machine that slows down slows all
 * of them.
 *
 * @param turns how many turns each of them has, where a target depends on it; others have one
 * @param forked whether JMH measures in a JVM of its own, as it should
 * @param warmups how many iterations are thrown away in each turn
 * @param iterations how many are kept
 * @param iteration how long each is
 * @param loop how long a closed loop, or a latency run, lasts in all
 * @param largestScale how many CPUs the largest domain has
 */
record Effort(
        int turns, boolean forked, int warmups, int iterations, Duration iteration, Duration loop, int largestScale) {
    static final Effort QUICK = new Effort(1, true, 5, 5, Duration.ofMillis(80), Duration.ofMillis(1500), 4096);
    static final Effort FULL = new Effort(3, true, 4, 5, Duration.ofMillis(150), Duration.ofSeconds(8), 4096);

    private static final double FORK_SECONDS = 0.9;

    static Effort of(Depth depth) {
        return depth == Depth.FULL ? FULL : QUICK;
    }

    /** The same with one turn. */
    Effort once() {
        return new Effort(1, forked, warmups, iterations, iteration, loop, largestScale);
    }

    /** Estimated time of one turn of one benchmark. */
    double seconds() {
        return (warmups + iterations) * iteration.toMillis() / 1e3 + (forked ? FORK_SECONDS : 0);
    }
}
