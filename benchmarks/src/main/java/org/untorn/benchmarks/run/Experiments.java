// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.util.List;
import java.util.function.Function;
import org.untorn.benchmarks.trace.AffinityMoves;

/** The experiments there are. */
public final class Experiments {
    private Experiments() {}

    /**
     * All of them, in the order in which they are run.
     *
     * @param moves those of a kernel, to be made again
     * @return them: "limits", "signal", "cell", "migration", "latency", "scale"
     */
    public static List<Experiment> all(AffinityMoves moves) {
        return all(moves, Effort::of);
    }

    static List<Experiment> all(AffinityMoves moves, Function<Depth, Effort> efforts) {
        return List.of(
                new LimitsExperiment(efforts),
                new SignalExperiment(efforts),
                new CellExperiment(efforts),
                new MigrationExperiment(moves, efforts),
                new LatencyExperiment(efforts),
                new ScaleExperiment(efforts));
    }
}
