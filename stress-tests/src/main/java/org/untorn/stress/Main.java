// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the stress tests: one subcommand a kind of proof. */
@Command(
        name = "stress-tests.jar",
        description = "Shows that nothing tears and nothing is lost, and that the tests would see it.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {JcstressCommand.class, GateCommand.class, TearCommand.class, SoakCommand.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no finding",
            "1:a finding: a guarantee failed, or a test could not see it fail",
            "2:bad usage"
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
