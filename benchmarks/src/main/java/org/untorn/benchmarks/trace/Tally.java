// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.untorn.matrix.VectorMatrix;

/** Counts, by kind of operation, what was compared and what differed, and keeps the first differences. */
final class Tally {
    private static final int KEPT = 20;

    private final Map<String, long[]> rows = new LinkedHashMap<>(); // events, decisions, mismatches
    private final long[] total = new long[3];
    private final List<String> mismatches = new ArrayList<>();

    /** One operation was replayed. */
    void event(String kind) {
        add(kind, 0);
    }

    /** Compares what the kernel logged with what our matrix says. */
    void check(TraceEvent event, String kind, String what, long kernel, long ours) {
        add(kind, 1);
        if (kernel != ours) {
            differs(event.line(), kind, what + " is " + kernel + " in the log, " + ours + " here");
        }
    }

    /** Compares a CPU's counters and the global ones, as an event logs them. */
    void checkCounters(TraceEvent event, String kind, VectorMatrix matrix, int cpu) throws UnusableTraceException {
        check(event, kind, "online", event.number("online"), matrix.isOnline(cpu) ? 1 : 0);
        check(event, kind, "avl", event.number("avl"), matrix.available(cpu));
        check(event, kind, "alloc", event.number("alloc"), matrix.allocated(cpu));
        check(event, kind, "managed", event.number("managed"), matrix.managed(cpu));
        checkGlobals(event, kind, matrix);
    }

    void checkGlobals(TraceEvent event, String kind, VectorMatrix matrix) throws UnusableTraceException {
        check(event, kind, "online_maps", event.number("online_maps"), matrix.onlineCpus());
        check(event, kind, "global_avl", event.number("global_avl"), matrix.globalAvailable());
        check(event, kind, "global_rsvd", event.number("global_rsvd"), matrix.globalReserved());
        check(event, kind, "total_alloc", event.number("total_alloc"), matrix.totalAllocated());
    }

    /** Counts comparisons made elsewhere. */
    void compared(String kind, int decisions) {
        for (int i = 0; i < decisions; i++) {
            add(kind, 1);
        }
    }

    void differs(long line, String kind, String text) {
        add(kind, 2);
        if (mismatches.size() < KEPT) {
            mismatches.add("line " + line + ": " + kind + ": " + text);
        }
    }

    private void add(String kind, int column) {
        rows.computeIfAbsent(kind, k -> new long[total.length])[column]++;
        total[column]++;
    }

    long events() {
        return total[0];
    }

    long decisions() {
        return total[1];
    }

    long mismatches() {
        return total[2];
    }

    /** The first differences, each with its line. */
    List<String> firstMismatches() {
        return List.copyOf(mismatches);
    }

    void print(PrintWriter out) {
        out.printf("%-32s %9s %10s %11s%n", "operation", "events", "decisions", "mismatches");
        rows.forEach((kind, row) -> printRow(out, kind, row));
        printRow(out, "all", total);
        mismatches.forEach(out::println);
        if (total[2] > mismatches.size()) {
            out.printf("... and %d more; they may follow from the first.%n", total[2] - mismatches.size());
        }
    }

    private static void printRow(PrintWriter out, String kind, long[] row) {
        out.printf("%-32s %9d %10d %11d%n", kind, row[0], row[1], row[2]);
    }
}
