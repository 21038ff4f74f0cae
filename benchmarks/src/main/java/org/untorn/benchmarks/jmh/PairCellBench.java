// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.untorn.benchmarks.rivals.PairCell;

/**
 * Two numbers that belong together: read and written, alone and by two threads.
 *
 * <p>Hypothesis. A paired register is read by one load, and needs neither a loop nor an object: nothing reads faster. It
 * is written by one compareAndSet, which costs more than a seqlock's three stores and less than a lock.
 */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class PairCellBench {
    @Param
    public PairCell.Kind cell;

    private PairCell pair;
    private int next; // writer

    @Setup
    public void setUp() {
        pair = cell.create();
        pair.write(17, 17);
    }

    private void writeNext() {
        int value = 16 + (next++ & 127);
        pair.write(value, value);
    }

    @Benchmark
    @Group("read")
    public long readAlone() {
        return pair.read();
    }

    @Benchmark
    @Group("write")
    public void writeAlone() {
        writeNext();
    }

    @Benchmark
    @Group("contended")
    public long reader() {
        return pair.read();
    }

    @Benchmark
    @Group("contended")
    public void writer() {
        writeNext();
    }
}
