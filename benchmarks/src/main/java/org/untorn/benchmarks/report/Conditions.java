// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.List;

/**
 * What a run was measured on and with: without it the figures mean nothing.
 *
 * @param machine the processor's name
 * @param cores how many hardware threads
 * @param os name and version
 * @param jvm name and version
 * @param flags the JVM's arguments; JMH's forks inherit them
 * @param command what was typed
 * @param depth "quick" or "full"
 * @param commit that was measured, or "" if not known
 * @param start in ISO 8601
 * @param seed of every order that is called random
 * @param busy the share of all processors, 0 to 1, that was in use just before it began; negative if not known
 */
public record Conditions(
        String machine,
        int cores,
        String os,
        String jvm,
        List<String> flags,
        String command,
        String depth,
        String commit,
        String start,
        long seed,
        double busy) {
    private static final double MAX_BUSY = 0.1;

    /** Whether something else was running, so that the figures say little. */
    public boolean isLoaded() {
        return busy > MAX_BUSY;
    }

    /** One sentence, to be said wherever figures of a loaded machine are shown. */
    public String warning() {
        return "The machine was not quiet: %.0f %% of its %d cores were in use just before the start. Look at the ratios, not at the figures."
                .formatted(100 * busy, cores);
    }

    String date() {
        return start.substring(0, 10);
    }

    /** One line. */
    public String describe() {
        return machine + ", " + cores + " cores, " + os + ", " + jvm;
    }
}
