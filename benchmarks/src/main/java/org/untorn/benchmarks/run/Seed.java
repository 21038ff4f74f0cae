// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

/** What every order that a run calls random is made from: the same in each run, so that two of them do the same. */
public final class Seed {
    public static final long VALUE = 42;

    private Seed() {}
}
