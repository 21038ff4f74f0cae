// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.infra.Control;
import org.untorn.benchmarks.rivals.Rival;
import org.untorn.benchmarks.rivals.SignalPath;
import org.untorn.benchmarks.run.Seed;

/**
 * One thread signals without pause, another drains without pause. What counts is how many signals a run saw: the payload
 * of a source counts its signals, and its handler how many came since its last run.
 *
 * <p>Hypothesis. The two meet at one word, and at most 64 signals are taken at once; a queue is met at every element. So
 * Untorn is at least as fast as the fastest of those that do the same job or less.
 */
@State(Scope.Group)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ProducerConsumerBench {
    private static final int SOURCES = 64;
    private static final int STRIDE = 16; // longs
    private static final int ORDER = 1 << 16; // longer than a branch predictor remembers

    @Param
    public Rival rival;

    private final long[] posted = new long[(SOURCES + 1) * STRIDE]; // written: producer; read: consumer
    private final long[] seen = posted.clone(); // consumer
    private final long[] observed = new long[STRIDE + 1 + STRIDE]; // consumer
    private SignalPath path;

    @Setup
    public void setUp() {
        path = rival.open(SOURCES, this::serve);
    }

    private void serve(int source) {
        int cell = (source + 1) * STRIDE;
        long payload = posted[cell];
        observed[STRIDE] += payload - seen[cell];
        seen[cell] = payload;
    }

    /** What the producer keeps. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Producer {
        public long full; // how often there was no room

        private final int[] order =
                new Random(Seed.VALUE).ints(ORDER, 0, SOURCES).toArray();
        private int next;
        private boolean again; // the last signal found no room
    }

    /** What the consumer keeps. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Consumer {
        public long observed; // how many signals a run saw
        public long runs; // of handlers

        @Setup
        public void setUp(ProducerConsumerBench bench) {
            bench.path.attach();
        }
    }

    @Benchmark
    @Group("pair")
    public void produce(Producer me) {
        int source = me.order[me.next & ORDER - 1];
        if (!me.again) {
            posted[(source + 1) * STRIDE]++;
        }
        me.again = !path.signal(source);
        if (me.again) {
            me.full++;
            Thread.onSpinWait();
        } else {
            me.next++;
        }
    }

    @Benchmark
    @Group("pair")
    public void consume(Consumer me, Control control) {
        int runs = path.drain();
        if (control.startMeasurement && !control.stopMeasurement) { // JMH would count what comes before and after, too
            me.runs += runs;
            me.observed += observed[STRIDE];
        }
        observed[STRIDE] = 0;
    }
}
