// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.util.Random;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.untorn.benchmarks.rivals.Rival;
import org.untorn.benchmarks.rivals.SignalPath;
import org.untorn.benchmarks.run.Seed;

/** One thread that signals and drains. */
@State(Scope.Thread)
public class PathBench {
    static final int SOURCES = 64;
    private static final int ORDER = 1 << 16; // longer than a branch predictor remembers

    @Param
    public Rival rival;

    SignalPath path;
    private int sum;
    private final int[] order = new Random(Seed.VALUE).ints(ORDER, 0, SOURCES).toArray();
    private int next;

    final void open(int sources) {
        path = rival.open(sources, source -> sum += source + 1);
        path.attach();
        for (int source = 0; source < sources; source++) {
            path.signal(source);
        }
        if (path.drain() != sources || path.drain() != 0) {
            throw new IllegalStateException(rival + " did not run each of " + sources + " handlers once");
        }
    }

    final int surprise() {
        return order[next++ & ORDER - 1];
    }
}
