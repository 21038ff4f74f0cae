// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.util.List;
import java.util.function.Function;

/** The experiments there are. */
public final class Experiments {
    private Experiments() {}

    /**
     * All of them, in the order in which they are run.
     *
     * @return them: "limits", "signal", "cell", "migration", "latency", "scale"
     */
    public static List<Experiment> all() {
        return all(Effort::of);
    }

    static List<Experiment> all(Function<Depth, Effort> efforts) {
        return List.of(
                new LimitsExperiment(efforts),
                new SignalExperiment(efforts),
                new CellExperiment(efforts),
                new MigrationExperiment(efforts),
                new LatencyExperiment(efforts),
                new ScaleExperiment(efforts));
    }
}
