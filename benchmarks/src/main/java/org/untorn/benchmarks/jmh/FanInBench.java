// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;
import org.untorn.benchmarks.run.Seed;

/**
 * All sources of one worker are signalled once each, in a shuffled order, then drained, on one thread.
 *
 * <p>Hypothesis. One exchange takes 64 signals, so the more sources there are, the nearer Untorn comes to a signal's
 * atomic and the run state's.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class FanInBench extends PathBench {
    @Param({"1", "16", "256"})
    public int sources;

    private int[] shuffled;

    @Setup
    public void setUp() {
        open(sources);
        List<Integer> all = IntStream.range(0, sources).boxed().collect(Collectors.toList());
        Collections.shuffle(all, new Random(Seed.VALUE));
        shuffled = all.stream().mapToInt(Integer::intValue).toArray();
    }

    @Benchmark
    public int fanIn() {
        for (int source : shuffled) {
            path.signal(source);
        }
        return path.drain();
    }
}
