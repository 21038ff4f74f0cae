// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

/** How much of an experiment is run. */
public enum Depth {
    /** All of it in at most four minutes, in one configuration each. */
    QUICK,
    /** What targets are judged on. */
    FULL
}
