// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Hands its arguments to jcstress' own command line. */
@Command(name = "jcstress", description = "jcstress' own command line; 'jcstress -h' lists its options.")
final class JcstressCommand implements Callable<Integer> {
    @Unmatched
    private String[] args = {};

    @Override
    public Integer call() throws Exception {
        org.openjdk.jcstress.Main.main(args);
        return 0;
    }
}
