// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import org.untorn.benchmarks.trace.AffinityMoves;
import org.untorn.benchmarks.trace.TraceFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main job: what a signal and a move cost, and what each protocol loses. */
@Command(
        name = "run",
        description = {
            "Measures what a raise, a poll and a move cost, and what each protocol loses, in some three minutes on 2 cores.",
            "The moves are those of a Linux 5.10 kernel with 4 CPUs; they are repeated until the time is up, while a"
                    + " device raises the interrupt that is being moved, in closed loop: a raise that no handler run"
                    + " answers is lost. The controls are moved as it should not be done, and lose."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the library's protocols lost nothing",
            "1:one of them lost a raise",
            "2:bad usage, or a file that cannot be used"
        })
final class RunCommand implements Callable<Integer> {
    private static final int MAX_SECONDS = 3600;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Take the moves from this ftrace log (plain or gzip) instead of the bundled one.")
    private Path trace;

    @Option(
            names = "--time",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "How long to move by each protocol, in all; 1 to " + MAX_SECONDS + ", default ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--moves-only", description = "Leave out the single operations, which JMH measures.")
    private boolean movesOnly;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, RunnerException {
        PrintWriter out = spec.commandLine().getOut();
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw bad("--time=" + seconds + ", minimum=1, maximum=" + MAX_SECONDS);
        }
        AffinityMoves moves = moves();
        Map<String, String> titles = SignalTable.titles();
        Progress progress = new Progress(
                System.err, seconds * Mover.values().length + (movesOnly ? 0 : titles.size() * SignalTable.SECONDS));

        MoveTable moveTable = new MoveTable(moves);
        double slice = (double) seconds / MoveTable.ROUNDS;
        for (int round = 1; round <= MoveTable.ROUNDS; round++) {
            for (Mover mover : Mover.values()) {
                progress.step("moves, " + mover.title() + ", round " + round + " of " + MoveTable.ROUNDS, slice);
                moveTable.measure(mover, Duration.ofMillis(Math.round(slice * 1000)));
            }
        }
        SignalTable signalTable = new SignalTable();
        if (!movesOnly) {
            for (Map.Entry<String, String> each : titles.entrySet()) {
                progress.step(each.getValue(), SignalTable.SECONDS);
                signalTable.measure(each.getKey());
            }
        }

        out.println(Machine.describe());
        out.printf(
                "%n%d affinity moves of %d interrupts over %d CPUs, again and again, raised in closed loop; with the"
                        + " polls that serve them%n",
                moves.size(), moves.interrupts(), moves.cpus());
        moveTable.print(out);
        if (!movesOnly) {
            out.println();
            signalTable.print(out);
        }
        out.flush();
        return moveTable.libraryLost() ? 1 : 0;
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

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
