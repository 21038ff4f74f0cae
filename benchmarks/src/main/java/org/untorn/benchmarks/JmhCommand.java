// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Hands its arguments to JMH's own command line. */
@Command(name = "jmh", description = "JMH's own command line; 'jmh -h' lists its options.")
final class JmhCommand implements Callable<Integer> {
    @Unmatched
    private String[] args = {};

    @Override
    public Integer call() throws Exception {
        org.openjdk.jmh.Main.main(args);
        return 0;
    }
}
