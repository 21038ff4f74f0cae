// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import java.io.PrintStream;

/** Says on standard error what is being measured and how long it will take yet. */
final class Progress {
    private final PrintStream out;
    private final double secondsInAll; // as estimated before
    private final long start = System.nanoTime();
    private double secondsDone; // of the estimate

    Progress(PrintStream out, double secondsInAll) {
        this.out = out;
        this.secondsInAll = secondsInAll;
    }

    /** The next step, and how long it was estimated to take. */
    void step(String what, double seconds) {
        double elapsed = (System.nanoTime() - start) / 1e9;
        double pace = secondsDone == 0 ? 1 : elapsed / secondsDone;
        long left = Math.round((secondsInAll - secondsDone) * pace);
        out.printf("[%3.0f %%, %d:%02d left] %s%n", 100 * secondsDone / secondsInAll, left / 60, left % 60, what);
        secondsDone += seconds;
    }
}
