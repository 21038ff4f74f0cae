// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;
import org.openjdk.jmh.infra.ThreadParams;
import org.untorn.benchmarks.rivals.MovePath;
import org.untorn.benchmarks.rivals.Moving;

/**
 * A whole move: until the source is at the other worker, with the polls that release its old place. The counter "moved"
 * is the figure; a call may be one of several that a move takes.
 *
 * <p>Hypothesis. A stamped move is about a dozen atomics that nobody else touches, a move under an uncontended lock four
 * for the lock and a few for the register, so the first costs at most 1.5 times the second. Two movers share nothing under
 * the first and everything under the second: at least twice as fast. To close and to register again takes a task through
 * each worker's queue, and a wait for each: ten times as long. A raiser meets a move in the register's line and the two
 * words of the bitmaps: it keeps at least half of its throughput.
 */
@State(Scope.Group)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class MigrationBench {
    private static final int WORKERS = 4;
    private static final int SOURCES = 18;
    private static final int FIRST_OF_MANY = 2;

    @Param
    public Moving moving;

    private final long[] runs = new long[(SOURCES + 1) * 16]; // written: the worker that runs the source
    private MovePath path;

    @Setup
    public void setUp() {
        int[] starts = new int[SOURCES];
        starts[1] = 2; // the second mover's
        path = moving.open(WORKERS, starts, source -> runs[(source + 1) * 16]++);
    }

    @TearDown
    public void tearDown() {
        path.close();
    }

    /** Moves one source to and fro between two workers, and polls both. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class MoverAndOwner {
        public long moved;

        private int source;
        private int here;

        @Setup
        public void setUp(MigrationBench bench, ThreadParams thread) {
            source = Math.min(thread.getSubgroupThreadIndex(), 1);
            here = 2 * source;
            bench.path.attach(here);
            bench.path.attach(here + 1);
        }

        private int moveAndPoll(MovePath path, Control control) {
            int there = here ^ 1;
            if (path.move(source, there)) {
                here = there;
                moved += inMeasuredTime(control);
            }
            return path.poll(2 * source) + path.poll(2 * source + 1);
        }
    }

    /** Moves many sources in turn between two workers that another thread polls. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class MoverOnly {
        public long moved;

        private final int[] here = new int[SOURCES];
        private int source = FIRST_OF_MANY;

        private void move(MovePath path, Control control) {
            int there = here[source] ^ 1;
            if (path.move(source, there)) {
                here[source] = there;
                source = source + 1 == SOURCES ? FIRST_OF_MANY : source + 1;
                moved += inMeasuredTime(control);
            }
        }
    }

    /** Polls two workers. */
    @State(Scope.Thread)
    public static class Owner {
        @Setup
        public void setUp(MigrationBench bench) {
            bench.path.attach(0);
            bench.path.attach(1);
        }
    }

    /** Draws one source to its own worker, from the other such mover. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Drawer {
        public long moved;

        private int worker;

        @Setup
        public void setUp(MigrationBench bench, ThreadParams thread) {
            worker = thread.getSubgroupThreadIndex();
            bench.path.attach(worker);
        }
    }

    /** Auxiliary counters also count calls outside the measured time, while JMH waits for the other threads: not these. */
    private static int inMeasuredTime(Control control) {
        return control.startMeasurement && !control.stopMeasurement ? 1 : 0;
    }

    // ---- nothing is raised ----

    @Benchmark
    @Group("moverPolls")
    public int moveAlone(MoverAndOwner me, Control control) {
        return me.moveAndPoll(path, control);
    }

    @Benchmark
    @Group("otherPolls")
    public void move(MoverOnly me, Control control) {
        me.move(path, control);
    }

    @Benchmark
    @Group("otherPolls")
    public int poll(Owner me) {
        return path.poll(0) + path.poll(1);
    }

    @Benchmark
    @Group("twoSources")
    @GroupThreads(2)
    public int moveOwn(MoverAndOwner me, Control control) {
        return me.moveAndPoll(path, control);
    }

    @Benchmark
    @Group("oneSource")
    @GroupThreads(2)
    public int draw(Drawer me, Control control) {
        if (path.move(0, me.worker)) {
            me.moved += inMeasuredTime(control);
        }
        return path.poll(me.worker);
    }

    // ---- raised without pause ----

    @Benchmark
    @Group("raised")
    public int moveRaised(MoverAndOwner me, Control control) {
        return me.moveAndPoll(path, control);
    }

    @Benchmark
    @Group("raised")
    public void raise() {
        path.raise(0);
    }

    @Benchmark
    @Group("undisturbed")
    public int pollUndisturbed(Owner me) {
        return path.poll(0) + path.poll(1);
    }

    @Benchmark
    @Group("undisturbed")
    public void raiseUndisturbed() {
        path.raise(0);
    }
}
