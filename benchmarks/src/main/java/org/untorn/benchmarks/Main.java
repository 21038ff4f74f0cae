// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the benchmarks: one subcommand a question. */
@Command(
        name = "benchmarks.jar",
        description = "Measures what a raise, a poll and a move cost, and what each protocol loses.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {RunCommand.class, ReportCommand.class, JmhCommand.class, ReplayCommand.class, AuditCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing was lost, nothing differed",
            "1:a finding: something was lost or differed",
            "2:bad usage, or input that cannot be used"
        })
public final class Main {
    private Main() {}

    /**
     * Runs one subcommand and exits with its code.
     *
     * @param args the subcommand and its options
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main());
    }

    /** Says which build this is. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Untorn 0.1.0-SNAPSHOT"};
        }
    }
}
