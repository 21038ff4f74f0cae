// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One JMH benchmark with one set of parameters, in several turns that are apart from each other in time: a step a turn,
 * the last of them gives the measurement. Options that the libraries need are set here, so that the user types none.
 */
@SuppressWarnings("rawtypes") // of JMH: its results are maps of raw Result
final class JmhSeries {
    /** The name of the score among the samples. Others: those of a group's methods and of auxiliary counters, and "B/op". */
    static final String SCORE = "score";

    private final String title;
    private final Class<?> bench;
    private final String method;
    private final Map<String, String> params;
    private final Effort effort;
    private final Function<Samples, Measurement> measurement;
    private final Samples samples = new Samples();

    JmhSeries(
            String title,
            Class<?> bench,
            String method,
            Map<String, String> params,
            Effort effort,
            Function<Samples, Measurement> measurement) {
        this.title = title;
        this.bench = bench;
        this.method = method;
        this.params = params;
        this.effort = effort;
        this.measurement = measurement;
    }

    /** What was measured so far. */
    Samples samples() {
        return samples;
    }

    /** All their turns, so that each has its first before any has its second. */
    static List<Experiment.Step> takingTurns(List<JmhSeries> all) {
        List<Experiment.Step> steps = new ArrayList<>();
        int most = all.stream().mapToInt(series -> series.effort.turns()).max().orElse(0);
        for (int turn = 1; turn <= most; turn++) {
            for (JmhSeries series : all) {
                if (turn <= series.effort.turns()) {
                    steps.add(series.new Turn(turn));
                }
            }
        }
        return steps;
    }

    private final class Turn implements Experiment.Step {
        private final int number;

        Turn(int number) {
            this.number = number;
        }

        @Override
        public String title() {
            return effort.turns() == 1 ? title : title + ", turn " + number + " of " + effort.turns();
        }

        @Override
        public double seconds() {
            return effort.seconds();
        }

        @Override
        public void run(Path directory, Consumer<Measurement> out) throws RunnerException {
            new Runner(options(directory, number).build()).run().forEach(JmhSeries.this::collect);
            if (number == effort.turns()) {
                out.accept(measurement.apply(samples));
            }
        }
    }

    private ChainedOptionsBuilder options(Path directory, int turn) {
        String file = "jmh-" + title.replaceAll("[^A-Za-z0-9]+", "-") + '-' + turn + ".json";
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(bench.getName() + "\\." + method + '$')
                .forks(effort.forked() ? 1 : 0)
                .warmupIterations(effort.warmups())
                .warmupTime(TimeValue.milliseconds(effort.iteration().toMillis()))
                .measurementIterations(effort.iterations())
                .measurementTime(TimeValue.milliseconds(effort.iteration().toMillis()))
                .jvmArgsAppend(jvmArgs())
                .addProfiler(GCProfiler.class)
                .resultFormat(ResultFormatType.JSON)
                .result(directory.resolve(file).toString())
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        params.forEach(options::param);
        return options;
    }

    private static String[] jvmArgs() {
        List<String> args = new ArrayList<>();
        args.add("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"); // Agrona's queues
        if (Runtime.version().feature() >= 24) {
            args.add("--sun-misc-unsafe-memory-access=allow"); // JMH 1.37, JCTools' queues
        }
        return args.toArray(String[]::new);
    }

    private void collect(RunResult run) {
        for (BenchmarkResult fork : run.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                samples.add(SCORE, iteration.getPrimaryResult().getScore());
                iteration.getSecondaryResults().forEach((name, result) -> add(name, result));
            }
        }
    }

    private void add(String name, Result result) {
        if (!name.contains("gc.")) {
            samples.add(name, result.getScore());
        } else if (name.endsWith("gc.alloc.rate.norm")) {
            samples.add("B/op", result.getScore());
        }
    }
}
