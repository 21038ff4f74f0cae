// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.untorn.benchmarks.trace.Audit;
import org.untorn.benchmarks.trace.Replay;
import org.untorn.benchmarks.trace.TraceFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells whether a kernel moves interrupts with the torn window open. */
@Command(
        name = "audit",
        description = {
            "Tells of each move of an MSI interrupt in a kernel's log how its message was written. A direct write that"
                    + " changes both CPU and vector of an interrupt that cannot be masked is exposed: if the device"
                    + " raises between the two register writes, the old vector reaches the new CPU.",
            "Each log is audited on its own; the last line sums them up."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:no move was exposed", "1:a move was exposed", "2:bad usage, or a file that cannot be used"})
final class AuditCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "ftrace text, plain or gzip, with the kprobes that benchmarks/audit.md lists.")
    private List<Path> files;

    @Option(
            names = "--moves-only",
            description = "Take a log without its boot part: leave out whether a retrigger was caused by another"
                    + " interrupt's vector, which only a replay from boot can tell.")
    private boolean movesOnly;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int twoStep = 0;
        int direct = 0;
        int exposed = 0;
        for (Path file : files) {
            try {
                Audit audit = audit(file, out);
                audit.print(out);
                twoStep += audit.twoStep();
                direct += audit.direct();
                exposed += audit.exposed();
            } catch (IOException e) {
                spec.commandLine().getErr().println(TraceFiles.unusable(file, e));
                return 2;
            }
        }
        out.printf("audit: %d two-step, %d direct, %d exposed%n", twoStep, direct, exposed);
        return exposed == 0 ? 0 : 1;
    }

    private Audit audit(Path file, PrintWriter out) throws IOException {
        Replay replay = movesOnly ? null : new Replay(List.of());
        Audit audit = new Audit(replay);
        TraceFiles.read(file, out, event -> {
            if (replay != null) {
                replay.accept(event);
            }
            audit.accept(event);
        });
        audit.finish();
        if (replay != null) {
            replay.finish();
        }
        return audit;
    }
}
