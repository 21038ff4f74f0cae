// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.untorn.benchmarks.report.Page;
import org.untorn.benchmarks.report.Readme;
import org.untorn.benchmarks.report.Results;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows runs that were made before. */
@Command(
        name = "report",
        description = {
            "Writes the report of a run again, from the " + Results.FILE + " in its directory. Several directories, of"
                    + " several machines, are laid side by side in one page.",
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:in these runs the library lost nothing",
            "1:in one of them it lost a raise",
            "2:bad usage, or a file that cannot be used"
        })
final class ReportCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "DIR", description = "What 'run' left.")
    private List<Path> directories;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where to write the page; by default report.html in the first directory.")
    private Path file;

    @Option(
            names = "--readme",
            paramLabel = "README",
            description =
                    "Instead of the page, write the chart and the table of one run between the markers in this file,"
                            + " and copy the run, without raw data, to benchmarks/runs beside it.")
    private Path readme;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (readme != null && (directories.size() > 1 || file != null)) {
            throw bad("--readme takes one directory, and no --out");
        }
        try {
            List<Results> runs = new ArrayList<>();
            for (Path directory : directories) {
                runs.add(Results.load(directory));
            }
            if (readme == null) {
                Path page = file == null ? directories.get(0).resolve(RunCommand.PAGE) : file;
                Files.writeString(page, Page.of(runs));
                spec.commandLine().getOut().println(page.toAbsolutePath());
            } else {
                new Readme(readme, runs.get(0)).write();
            }
            return runs.stream().anyMatch(Results::libraryLost) ? 1 : 0;
        } catch (IOException e) {
            throw bad(e instanceof FileSystemException ? e.toString() : e.getMessage());
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
