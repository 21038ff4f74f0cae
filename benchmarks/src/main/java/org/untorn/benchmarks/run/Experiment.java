// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** One question, and what has to be run to answer it. */
public interface Experiment {
    /** A short name, lower case: "signal", "cell", "migration", "latency", "scale", "limits". */
    String id();

    /** What is expected and why, written before it was measured. */
    String hypothesis();

    /** What to run, in this order. Several experiments may be interleaved; steps of one experiment are not reordered. */
    List<Step> steps(Depth depth);

    /** The smallest thing that is run at once. */
    interface Step {
        /** What is measured, for the progress line. */
        String title();

        /** How long it takes, about, seconds. */
        double seconds();

        /**
         * Measures.
         *
         * @param directory where it may leave files (histogram logs, JMH's JSON)
         * @param out is given each measurement
         */
        void run(Path directory, Consumer<Measurement> out) throws Exception;
    }
}
