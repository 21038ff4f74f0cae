// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.untorn.benchmarks.jmh.PairCellBench;
import org.untorn.benchmarks.rivals.PairCell;

/** What it costs to keep two numbers together. */
final class CellExperiment implements Experiment {
    static final String ID = "cell";

    static final Map<String, String> READ = Parameters.of("operation", "read", Parameters.THREADS, "1");
    static final Map<String, String> WRITE = Parameters.of("operation", "write", Parameters.THREADS, "1");
    static final Map<String, String> CONTENDED =
            Parameters.of("operation", "read, one writer", Parameters.THREADS, "2");

    private static final List<PairCell.Kind> NAMED = List.of(
            PairCell.Kind.PAIRED_REGISTER,
            PairCell.Kind.SPLIT_REGISTER,
            PairCell.Kind.SEQLOCK,
            PairCell.Kind.ATOMIC_REFERENCE,
            PairCell.Kind.SYNCHRONIZED);

    private final Function<Depth, Effort> efforts;

    CellExperiment(Function<Depth, Effort> efforts) {
        this.efforts = efforts;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String hypothesis() {
        return "A paired register is one word: it is read by one load, as fast as anything, and written by one"
                + " compareAndSet, without an object. With one writer and one reader what matters is who meets at the"
                + " cell's line, and a lock is met twice.";
    }

    @Override
    public List<Step> steps(Depth depth) {
        Effort effort = efforts.apply(depth).once();
        List<JmhSeries> all = new ArrayList<>();
        List<PairCell.Kind> kinds = depth == Depth.FULL ? List.of(PairCell.Kind.values()) : NAMED;
        add(all, kinds, "read", READ, "score", effort);
        if (depth == Depth.FULL) {
            add(all, kinds, "write", WRITE, "score", effort);
        }
        add(all, kinds, "contended", CONTENDED, "reader", effort);
        return JmhSeries.takingTurns(all);
    }

    private static void add(
            List<JmhSeries> to,
            List<PairCell.Kind> kinds,
            String benchmark,
            Map<String, String> parameters,
            String figure,
            Effort effort) {
        for (PairCell.Kind kind : kinds) {
            to.add(new JmhSeries(
                    ID + ": " + Parameters.title(parameters) + ", " + kind.title(),
                    PairCellBench.class,
                    benchmark,
                    Map.of("cell", kind.name()),
                    effort,
                    samples -> new Measurement(
                            ID,
                            kind.title(),
                            kind.group(),
                            parameters,
                            "ns/op",
                            samples.mean(figure),
                            samples.error(figure),
                            also(samples))));
        }
    }

    private static Map<String, Double> also(Samples samples) {
        Map<String, Double> also = new LinkedHashMap<>();
        if (samples.has("writer")) {
            also.put("write ns/op", samples.mean("writer"));
        }
        also.put("B/op", samples.mean("B/op"));
        return also;
    }
}
