// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A signal and the run that answers it, on one thread, the sources in random order.
 *
 * <p>Hypothesis. Untorn pays an atomic to set the bit, one to take it, one to enter the run state, and reads the register
 * twice; the dirty list pays the flag, the queue's tail and the run state, so Untorn is at least as fast; a bare queue
 * pays one atomic and is at most twice as fast; the bit set alone at most 1.75 times.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class RoundTripBench extends PathBench {
    @Setup
    public void setUp() {
        open(SOURCES);
    }

    @Benchmark
    public int roundTrip() {
        path.signal(surprise());
        return path.drain();
    }
}
