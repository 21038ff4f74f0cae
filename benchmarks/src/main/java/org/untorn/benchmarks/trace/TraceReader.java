// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads a log line by line, plain or gzip (told by its first bytes, not by its name). */
public final class TraceReader implements Closeable {
    /** The probes log a CPU mask as one 64-bit number. */
    static final int MAX_CPUS = 64;

    private static final int LONGEST_LINE = 4096; // the rest of a longer line is dropped: no event is that long

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private final StringBuilder text = new StringBuilder();
    private int position;
    private int limit;
    private long lines;
    private long events;
    private long losses;

    /**
     * Opens a log.
     *
     * @param file ftrace text, plain or gzip
     * @throws IOException if it cannot be read
     */
    public TraceReader(Path file) throws IOException {
        this(new FileInputStream(file.toFile())); // not Files: its streams cannot read a pipe
    }

    /**
     * Reads a log from a stream.
     *
     * @param source ftrace text, plain or gzip; closed with this reader
     * @throws IOException if it cannot be read
     */
    public TraceReader(InputStream source) throws IOException {
        in = unzipped(source);
    }

    /** The text of a plain or a gzip stream. */
    static InputStream unzipped(InputStream source) throws IOException {
        InputStream marked = new BufferedInputStream(source);
        marked.mark(2);
        boolean gzip = marked.read() == 0x1f && marked.read() == 0x8b;
        marked.reset();
        try {
            return gzip ? new GZIPInputStream(marked) : marked;
        } catch (EOFException | ZipException e) {
            throw broken(e);
        }
    }

    /**
     * The next event; lines that are none are skipped.
     *
     * @return it, or null at the end of the log
     * @throws IOException if the log cannot be read to its end, or is no log at all
     */
    public TraceEvent next() throws IOException {
        for (String line = readLine(); line != null; line = readLine()) {
            TraceEvent event = TraceEvent.parse(lines, line);
            if (event != null) {
                if (event.cpu() >= MAX_CPUS) {
                    throw tooManyCpus(lines, event.cpu());
                }
                events++;
                return event;
            }
            if (line.contains("[LOST ") && line.contains(" EVENTS]")) {
                losses++;
            }
        }
        if (events == 0) {
            throw new UnusableTraceException("this is not a trace: no line reads 'task-pid [cpu] flags stamp: event:"
                    + " fields'. Copy /sys/kernel/tracing/trace (text, not trace.dat of trace-cmd).");
        }
        return null;
    }

    /** How many lines were read so far. */
    public long lines() {
        return lines;
    }

    /** How often the log says that the kernel's buffer overflowed. */
    public long losses() {
        return losses;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** A line ends with \n only: that is how grep and editors number them. */
    private String readLine() throws IOException {
        text.setLength(0);
        int c = read();
        if (c < 0) {
            return null;
        }
        lines++;
        for (; c >= 0 && c != '\n'; c = read()) {
            if (text.length() < LONGEST_LINE) {
                text.append((char) c); // Latin-1: a task name in any encoding is read, and none is looked at
            }
        }
        return text.toString();
    }

    private int read() throws IOException {
        if (position == limit) {
            position = 0;
            try {
                limit = Math.max(0, in.read(buffer));
            } catch (EOFException | ZipException e) {
                throw broken(e);
            }
        }
        return position < limit ? buffer[position++] & 0xff : -1;
    }

    static UnusableTraceException tooManyCpus(long line, int cpu) {
        return new UnusableTraceException("line " + line + ": CPU " + cpu + " is beyond the " + MAX_CPUS
                + " CPUs that the probes' 64-bit masks hold. Record on a kernel booted with nr_cpus=64 or less.");
    }

    private static UnusableTraceException broken(IOException cause) {
        return new UnusableTraceException(
                cause instanceof EOFException
                        ? "the gzip data ends too early: the file is truncated. Copy it again."
                        : "the gzip data is damaged (" + cause.getMessage() + "). Copy the file again.");
    }
}
