// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What the commands that read logs have in common. */
public final class TraceFiles {
    private static final int EVENTS_PER_LOOK = 1 << 16;
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Takes the events of a log, one by one. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes one event.
         *
         * @param event the next one
         * @throws IOException if the log cannot be used
         */
        void accept(TraceEvent event) throws IOException;
    }

    private TraceFiles() {}

    /**
     * Reads a log to its end and prints one line about it; says how far it is if that takes long.
     *
     * @param file the log
     * @param out where the line goes
     * @param sink takes the events
     * @throws IOException if the log cannot be read or used
     */
    public static void read(Path file, PrintWriter out, Sink sink) throws IOException {
        long said = System.nanoTime();
        try (TraceReader reader = new TraceReader(file)) {
            int events = 0;
            for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
                sink.accept(event);
                if (++events % EVENTS_PER_LOOK == 0 && System.nanoTime() - said > PROGRESS_NANOS) {
                    said = System.nanoTime();
                    progress(file, reader.lines());
                }
            }
            out.printf("%s: %d lines%n", file, reader.lines());
            if (reader.losses() > 0) {
                out.printf(
                        "The kernel's buffer overflowed %d times, so events are missing: record again with a larger"
                                + " trace_buf_size.%n",
                        reader.losses());
            }
        }
    }

    private static void progress(Path file, long lines) {
        if (System.console() != null) {
            System.err.printf("%s: %d lines read%n", file, lines);
        }
    }

    /**
     * Says why a file cannot be used.
     *
     * @param file the file
     * @param cause what went wrong with it
     * @return a full sentence
     */
    public static String unusable(Path file, IOException cause) {
        String why = cause instanceof UnusableTraceException ? "" : "it cannot be read: ";
        return file + ": " + why + cause.getMessage() + (why.isEmpty() ? "" : ".");
    }
}
