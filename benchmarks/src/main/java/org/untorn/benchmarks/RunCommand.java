// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.untorn.benchmarks.report.Conditions;
import org.untorn.benchmarks.report.Page;
import org.untorn.benchmarks.report.Results;
import org.untorn.benchmarks.report.TextSummary;
import org.untorn.benchmarks.run.Depth;
import org.untorn.benchmarks.run.Experiment;
import org.untorn.benchmarks.run.Experiments;
import org.untorn.benchmarks.run.Measurement;
import org.untorn.benchmarks.run.Target;
import org.untorn.benchmarks.run.TargetResult;
import org.untorn.benchmarks.trace.AffinityMoves;
import org.untorn.benchmarks.trace.TraceFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main job: what a signal and a move cost beside what a user would use instead, and what each way loses. */
@Command(
        name = "run",
        description = {
            "Measures what a signal and a move cost, beside what you would use instead, and what each way to move loses."
                    + " Leaves a directory with all figures and a report.html that shows them.",
            "Losses are counted in closed loop: a raise that no handler run answers is lost. The controls are moved as it"
                    + " should not be done, and lose."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the library lost nothing",
            "1:it lost a raise, or something could not be measured",
            "2:bad usage, or a file that cannot be used"
        })
final class RunCommand implements Callable<Integer> {
    static final String PAGE = "report.html";

    private static final DateTimeFormatter DIRECTORY = DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss");

    @Option(names = "--quick", description = "One configuration of each, in at most four minutes; the default.")
    private boolean quick;

    @Option(names = "--full", description = "All configurations; targets are judged on it.")
    private boolean full;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where to leave the figures; by default a dated directory under benchmarks/target/runs of the"
                    + " checkout the jar was built in, or under untorn-runs here.")
    private Path out;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description =
                    "Take the moves of the closed loops from this ftrace log (plain or gzip) instead of the bundled"
                            + " one, which is a Linux 5.10 kernel's.")
    private Path trace;

    @Option(names = "--only", paramLabel = "ID", split = ",", description = "Run these experiments, not all.")
    private List<String> only;

    @Spec
    private CommandSpec spec;

    private final Function<AffinityMoves, List<Experiment>> experiments;

    RunCommand() {
        this(Experiments::all);
    }

    /** With these to choose from. */
    RunCommand(Function<AffinityMoves, List<Experiment>> experiments) {
        this.experiments = experiments;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (quick && full) {
            throw bad("--quick and --full exclude each other");
        }
        Depth depth = full ? Depth.FULL : Depth.QUICK;
        List<Experiment> chosen = chosen();
        Path directory = directory(depth);
        Conditions conditions = Machine.conditions(
                String.join(" ", spec.commandLine().getParseResult().originalArgs()), name(depth));
        PrintWriter text = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (conditions.isLoaded()) {
            err.println(conditions.warning());
        }
        err.println("into " + directory.toAbsolutePath());
        Results results = measure(chosen, depth, directory, conditions);
        Files.writeString(directory.resolve(PAGE), Page.of(List.of(results)));
        TextSummary.print(results, text);
        if (conditions.isLoaded()) {
            text.println(conditions.warning());
        }
        text.println(directory.resolve(PAGE).toAbsolutePath());
        text.flush();
        return results.libraryLost() || !results.failures().isEmpty() ? 1 : 0;
    }

    /** Saves what it has after each step, so that a run which is broken off keeps it. */
    private Results measure(List<Experiment> chosen, Depth depth, Path directory, Conditions conditions)
            throws IOException, InterruptedException {
        Map<String, String> hypotheses = new LinkedHashMap<>();
        List<Experiment.Step> steps = new ArrayList<>();
        for (Experiment each : chosen) {
            hypotheses.put(each.id(), each.hypothesis());
            steps.addAll(each.steps(depth));
        }
        Progress progress = new Progress(
                System.err, steps.stream().mapToDouble(Experiment.Step::seconds).sum());
        List<Measurement> measurements = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        Results results = new Results(Results.FORMAT, conditions, "", hypotheses, measurements, List.of(), failures);
        results.save(directory);
        for (Experiment.Step step : steps) {
            progress.step(step.title(), step.seconds());
            try {
                step.run(directory, measurements::add);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                failures.add(step.title() + ": " + reason(e));
                spec.commandLine().getErr().println("not measured: " + step.title() + ": " + reason(e));
            }
            results.save(directory);
        }
        List<TargetResult> targets = depth == Depth.QUICK
                ? List.of()
                : Target.all().stream().map(each -> each.evaluate(measurements)).toList();
        results = new Results(Results.FORMAT, conditions, Machine.now(), hypotheses, measurements, targets, failures);
        results.save(directory);
        return results;
    }

    /** What is at the bottom of it: JMH wraps what a benchmark throws, twice. */
    private static Throwable reason(Throwable thrown) {
        Throwable reason = thrown;
        while (reason.getCause() != null || reason.getSuppressed().length > 0) {
            reason = reason.getCause() != null ? reason.getCause() : reason.getSuppressed()[0];
        }
        return reason;
    }

    private List<Experiment> chosen() {
        List<Experiment> all = experiments.apply(moves());
        if (only == null) {
            return all;
        }
        List<String> known = all.stream().map(Experiment::id).toList();
        for (String id : only) {
            if (!known.contains(id)) {
                throw bad("--only=" + id + ", known=" + String.join(",", known));
            }
        }
        return all.stream().filter(each -> only.contains(each.id())).toList();
    }

    private AffinityMoves moves() {
        if (trace == null) {
            return AffinityMoves.bundled();
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(trace))) {
            AffinityMoves moves = AffinityMoves.load(in);
            if (moves.size() == 0) {
                throw bad(
                        trace + ": no affinity move in it; record it with the probes k_msi_setaff, k_msi_setaff_ret and"
                                + " k_msiwrite");
            }
            return moves;
        } catch (IOException unreadable) {
            throw bad(TraceFiles.unusable(trace, unreadable));
        }
    }

    private Path directory(Depth depth) {
        Path directory =
                out != null ? out : Machine.runs().resolve(DIRECTORY.format(LocalDateTime.now()) + '-' + name(depth));
        if (Files.exists(directory.resolve(Results.FILE))) {
            throw bad(directory + ": there is a run in it already.");
        }
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw bad(directory + ": it cannot be made: " + e.getMessage());
        }
    }

    private static String name(Depth depth) {
        return depth.name().toLowerCase(Locale.ROOT);
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
