// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.untorn.benchmarks.trace.MatrixDump;
import org.untorn.benchmarks.trace.Replay;
import org.untorn.benchmarks.trace.TraceFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks our vector matrix against what real kernels logged. */
@Command(
        name = "replay",
        description = {
            "Replays the logs of real kernels: does to our vector matrix what each kernel did to its own, and compares"
                    + " every decision (CPU, vector, error) and every counter with what the kernel logged.",
            "Each log is replayed on its own; the last line sums them up."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing differed", "1:something differed", "2:bad usage, or a file that cannot be used"})
final class ReplayCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "ftrace text, plain or gzip, recorded from boot on with the irq_matrix events and kprobes.")
    private List<Path> files;

    @Option(
            names = "--matrix",
            paramLabel = "DUMP",
            description = {
                "A dump of the kernel's matrix, compared with ours; may be repeated. NN-x.matrix belongs to the marker"
                        + " 'END NN-x' ('END boot' for 01-boot) or 'SNAP NN-x' and must match there or after an event"
                        + " up to the next marker.",
                "With several logs, a dump belongs to those in its own folder, or else to all."
            })
    private List<Path> dumps = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        long events = 0;
        long decisions = 0;
        long mismatches = 0;
        for (Path file : files) {
            try {
                Replay replay = new Replay(dumpsOf(file));
                TraceFiles.read(file, out, replay::accept);
                replay.finish();
                replay.print(out);
                events += replay.events();
                decisions += replay.decisions();
                mismatches += replay.mismatches();
            } catch (IOException e) {
                spec.commandLine().getErr().println(TraceFiles.unusable(file, e));
                return 2;
            }
        }
        out.printf("replay: %d events, %d decisions, %d mismatches%n", events, decisions, mismatches);
        return mismatches == 0 ? 0 : 1;
    }

    private List<MatrixDump> dumpsOf(Path file) throws IOException {
        List<MatrixDump> own = new ArrayList<>();
        for (Path dump : dumps) {
            boolean elsewhere = files.stream().anyMatch(other -> isBeside(dump, other));
            if (isBeside(dump, file) || !elsewhere) {
                own.add(MatrixDump.read(dump));
            }
        }
        return own;
    }

    private static boolean isBeside(Path dump, Path file) {
        return dump.toAbsolutePath()
                .normalize()
                .getParent()
                .equals(file.toAbsolutePath().normalize().getParent());
    }
}
