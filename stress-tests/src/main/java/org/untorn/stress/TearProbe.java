// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks of any cell that holds two values whether they can be read torn: the first value of one write with the second of
 * another.
 *
 * <p>One thread writes pairs without pause, another reads. For a plain object:
 *
 * <pre>{@code
 * TearProbe.Result result = TearProbe.run(
 *         (first, second) -> { point.x = first; point.y = second; },
 *         sink -> sink.accept(point.x, point.y),
 *         Duration.ofSeconds(1));
 * System.out.println(result.torn() + " of " + result.reads());
 * }</pre>
 *
 * <p>Both values of a pair are the same number, from 0 to {@link #VALUES} (exclusive), so a cell of a few bits will do;
 * a read is torn if it saw two different ones. A torn read whose halves are an exact multiple of {@link #VALUES} writes
 * apart is not counted. What is not seen is not excluded: a probe can only convict.
 */
public final class TearProbe {
    /** How many different pairs are written. */
    public static final int VALUES = 128;

    /** Puts a pair into the cell. Called by one thread. */
    @FunctionalInterface
    public interface Writer {
        void write(long first, long second);
    }

    /** Reads the cell and passes on what it saw. Called by one thread, another than the writer's. */
    @FunctionalInterface
    public interface Reader {
        void read(Sink sink);
    }

    /** Is given what a reader saw, once for each read. */
    @FunctionalInterface
    public interface Sink {
        void accept(long first, long second);
    }

    /**
     * What was counted.
     *
     * @param reads how many reads were made
     * @param torn how many of them were torn
     * @param writes how many writes were made meanwhile
     */
    public record Result(long reads, long torn, long writes) {}

    private volatile boolean stop; // read in both loops: also keeps plain accesses of a cell from leaving them
    private volatile Throwable failure;
    private long reads;
    private long torn;
    private long writes;

    private TearProbe() {}

    /**
     * Runs a writer and a reader against each other.
     *
     * @param writer puts a pair into the cell
     * @param reader reads the cell; must pass on one pair a call
     * @param time how long
     * @return what was counted
     * @throws IllegalStateException if the writer or the reader threw something: its cause
     * @throws InterruptedException if the caller is interrupted; both threads are stopped
     */
    public static Result run(Writer writer, Reader reader, Duration time) throws InterruptedException {
        return new TearProbe().probe(writer, reader, time);
    }

    private Result probe(Writer writer, Reader reader, Duration time) throws InterruptedException {
        writer.write(0L, 0L);
        Thread writing = start("tear-probe-writer", () -> write(writer));
        Thread reading = start("tear-probe-reader", () -> read(reader));
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } finally {
            stop = true;
            writing.join();
            reading.join();
        }
        if (failure != null) {
            throw new IllegalStateException("writer or reader threw", failure);
        }
        return new Result(reads, torn, writes);
    }

    private void write(Writer writer) {
        long made = 0L;
        for (; !stop; made++) {
            long value = made % VALUES;
            writer.write(value, value);
        }
        writes = made;
    }

    private void read(Reader reader) {
        Counter counter = new Counter();
        while (!stop) {
            reader.read(counter);
        }
        reads = counter.reads;
        torn = counter.torn;
    }

    private Thread start(String name, Runnable body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (Throwable thrown) {
                        failure = thrown;
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static final class Counter implements Sink {
        private long reads;
        private long torn;

        @Override
        public void accept(long first, long second) {
            reads++;
            if (first != second) {
                torn++;
            }
        }
    }
}
