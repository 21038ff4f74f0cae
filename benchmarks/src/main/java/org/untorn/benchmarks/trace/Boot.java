// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The start of a log, from which the matrix's range follows.
 *
 * <p>No event names the end of the range. But the system vectors come first, and then the first CPU, which tells how
 * many vectors it has: the range ends where that many are left for it.
 */
final class Boot {
    private final List<TraceEvent> system = new ArrayList<>();

    void add(TraceEvent assignSystem) {
        system.add(assignSystem);
    }

    /** The events that named the system vectors. */
    List<TraceEvent> system() {
        return system;
    }

    /** One more than the highest vector that can be allocated. */
    int end(TraceEvent firstOnline) throws UnusableTraceException {
        BitSet taken = new BitSet();
        for (TraceEvent event : system) {
            taken.set(event.index("bit", Vectors.COUNT));
        }
        int left = firstOnline.number("global_avl");
        int end = Vectors.FIRST;
        while (left > 0 && end < Vectors.COUNT) {
            left -= taken.get(end++) ? 0 : 1;
        }
        if (system.isEmpty() || end == Vectors.FIRST || left != 0) {
            throw missing(firstOnline);
        }
        return end;
    }

    static UnusableTraceException missing(TraceEvent first) {
        return missing("line " + first.line() + ": the log does not begin at boot: " + first.name()
                + " comes before the system vectors and the first CPU, which tell the matrix's range. ");
    }

    static UnusableTraceException missing() {
        return missing("the log has no boot part: no irq_matrix_online event is in it. ");
    }

    private static UnusableTraceException missing(String what) {
        return new UnusableTraceException(what + "'audit --moves-only' does without. " + Recording.AT_BOOT);
    }
}
