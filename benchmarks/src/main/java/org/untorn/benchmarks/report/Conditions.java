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
 * @param load the load average at the start, negative if not known
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
        double load) {
    private static final double MAX_LOAD = 0.5; // a core

    /** Whether something else was running, so that the figures say little. */
    public boolean isLoaded() {
        return load > MAX_LOAD * cores;
    }

    /** One sentence, to be said wherever figures of a loaded machine are shown. */
    public String warning() {
        return "The machine was not quiet: load average %.1f on %d cores at the start. Look at the ratios, not at the figures."
                .formatted(load, cores);
    }

    String date() {
        return start.substring(0, 10);
    }

    /** One line. */
    public String describe() {
        return machine + ", " + cores + " cores, " + os + ", " + jvm;
    }
}
