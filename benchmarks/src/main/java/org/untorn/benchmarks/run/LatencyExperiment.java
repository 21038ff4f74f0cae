// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** How long a raise waits for its run, at a fixed rate, undisturbed, while it is moved, and while its CPU goes offline. */
final class LatencyExperiment implements Experiment {
    static final String ID = "latency";

    /** The 99.9th percentile of each turn, the one in the middle: a turn in which the machine paused does not decide. */
    static final String P999_MEDIAN = "p99.9, median of turns";

    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

    private final Function<Depth, Effort> efforts;

    LatencyExperiment(Function<Depth, Effort> efforts) {
        this.efforts = efforts;
    }

    static Map<String, String> parameters(LatencyRun.Disturbance disturbance, LatencyRun.Idle idle) {
        return Parameters.of(
                "disturbance",
                disturbance.title,
                "owner",
                idle.title,
                "raises/s",
                Integer.toString(idle.raisesPerSecond),
                Parameters.THREADS,
                "2");
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String hypothesis() {
        return "A move makes nobody wait: at 1,000 moves a second one raise in a hundred meets one, so the 99.9th percentile"
                + " grows by a move's time at most, to no more than 1.5 times the undisturbed. An offline moves 16"
                + " interrupts, which the raiser, who does it, pays for. A parked owner adds the time the operating system"
                + " takes to wake it, and nothing else.";
    }

    @Override
    public List<Step> steps(Depth depth) {
        Effort effort = efforts.apply(depth);
        int turns = 2 * effort.turns() - 1;
        List<Series> all = new ArrayList<>();
        for (LatencyRun.Idle idle : LatencyRun.Idle.values()) {
            for (LatencyRun.Disturbance disturbance : LatencyRun.Disturbance.values()) {
                all.add(new Series(disturbance, idle, turns, effort));
            }
        }
        List<Step> steps = new ArrayList<>();
        for (int turn = 1; turn <= turns; turn++) {
            for (Series series : all) {
                steps.add(series.new Turn(turn));
            }
        }
        return steps;
    }

    private static final class Series {
        private final LatencyRun.Disturbance disturbance;
        private final LatencyRun.Idle idle;
        private final int turns;
        private final Effort effort;
        private final List<Histogram> histograms = new ArrayList<>();
        private final Samples samples = new Samples();

        Series(LatencyRun.Disturbance disturbance, LatencyRun.Idle idle, int turns, Effort effort) {
            this.disturbance = disturbance;
            this.idle = idle;
            this.turns = turns;
            this.effort = effort;
        }

        private final class Turn implements Step {
            private final int number;

            Turn(int number) {
                this.number = number;
            }

            @Override
            public String title() {
                return ID + ": " + disturbance.title + ", " + idle.title + " owner, turn " + number + " of " + turns;
            }

            @Override
            public double seconds() {
                return 2 * effort.loop().toMillis() / 1e3 / turns;
            }

            @Override
            public void run(Path directory, Consumer<Measurement> out) throws Exception {
                LatencyRun run = new LatencyRun(disturbance, idle);
                Histogram histogram = run.run(effort.loop().multipliedBy(2).dividedBy(turns));
                histograms.add(histogram);
                samples.add("mean", histogram.getMean());
                samples.add(P999_MEDIAN, histogram.getValueAtPercentile(99.9));
                samples.add("disturbed", run.disturbed());
                samples.add("refused", run.refused());
                if (number == turns) {
                    writeLog(directory);
                    out.accept(measurement());
                }
            }
        }

        private void writeLog(Path directory) throws FileNotFoundException {
            String file = "latency-" + (disturbance + "-" + idle).toLowerCase(java.util.Locale.ROOT) + ".hlog";
            HistogramLogWriter log =
                    new HistogramLogWriter(directory.resolve(file).toFile());
            log.outputLogFormatVersion();
            log.outputComment("[nanoseconds from due to handler start; " + parameters(disturbance, idle)
                    + "; an interval a turn]");
            log.outputLegend();
            int turn = 0;
            for (Histogram histogram : histograms) {
                log.outputIntervalHistogram(turn, ++turn, histogram, 1);
            }
            log.close();
        }

        private Measurement measurement() {
            Histogram all = new Histogram(histograms.get(0));
            all.reset();
            histograms.forEach(all::add);
            Map<String, Double> also = new LinkedHashMap<>();
            for (double percentile : PERCENTILES) {
                also.put(
                        "p" + (percentile == (int) percentile ? Integer.toString((int) percentile) : percentile),
                        (double) all.getValueAtPercentile(percentile));
            }
            also.put("max", (double) all.getMaxValue());
            also.put(P999_MEDIAN, samples.median(P999_MEDIAN));
            also.put("raises", (double) all.getTotalCount());
            also.put("disturbed", samples.sum("disturbed"));
            also.put("refused", samples.sum("refused"));
            return new Measurement(
                    ID, "Untorn", "", parameters(disturbance, idle), "ns", all.getMean(), samples.error("mean"), also);
        }
    }
}
