// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs {@link TearProbe} on a few cells and prints a table. */
@Command(
        name = "tear",
        description = "Reads a few kinds of cells while they are written and counts how many reads were torn.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:no finding", "1:a cell that cannot tear was torn", "2:bad usage"})
final class TearCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--millis",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How long each cell is probed, in milliseconds; default ${DEFAULT-VALUE}.")
    private long millis;

    @Override
    public Integer call() throws InterruptedException {
        if (millis < 1) {
            throw new ParameterException(spec.commandLine(), "--millis=" + millis + ", minimum=1");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%s %s, %s, %d CPUs%n",
                System.getProperty("java.vm.name"),
                System.getProperty("java.vm.version"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors());
        out.printf("%-44s %14s %14s %12s  %s%n", "cell", "writes", "reads", "torn", "can it tear?");
        boolean found = false;
        for (Cell cell : Cell.all()) {
            TearProbe.Result result = TearProbe.run(cell.writer(), cell.reader(), Duration.ofMillis(millis));
            out.printf(
                    Locale.ROOT,
                    "%-44s %,14d %,14d %,12d  %s%n",
                    cell.name(),
                    result.writes(),
                    result.reads(),
                    result.torn(),
                    cell.canTear() ? "yes" : "no");
            out.flush();
            found |= result.torn() > 0 && !cell.canTear();
        }
        return found ? 1 : 0;
    }
}
