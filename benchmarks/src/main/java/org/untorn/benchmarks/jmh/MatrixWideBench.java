// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.untorn.matrix.CpuMask;
import org.untorn.matrix.VectorLayout;
import org.untorn.matrix.VectorMatrix;

/**
 * What the width of a machine adds to an allocation and its free, with 10^5 random operations behind it.
 *
 * <p>Hypothesis: the index finds the CPU in a few reads whatever the mask; keeping it costs some atomic operations more
 * per change of a word, and with 4096 CPUs each word is a cache miss (target: at most 8 times the time on 4 CPUs).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class MatrixWideBench {
    private static final int HISTORY = 100_000;
    private static final int HELD = 16; // slots held by the benchmark, so that the CPU changes from one to the next

    /** The CPUs to choose from. */
    public enum Which {
        /** All of them. */
        ALL,
        /** Those with an even number. */
        EVERY_SECOND,
        /** The upper half. */
        UPPER_HALF
    }

    @Param({"4", "4096"})
    public int cpus;

    @Param
    public Which which;

    private final int[] held = new int[HELD];
    private final int[] heldManaged = new int[HELD];
    private int next;
    private VectorMatrix matrix;
    private CpuMask mask;

    @Setup
    public void history() {
        matrix = new VectorMatrix(cpus, VectorLayout.X86_LINUX_6_1);
        for (int cpu = 0; cpu < cpus; cpu++) {
            matrix.online(cpu);
        }
        CpuMask all = CpuMask.range(0, cpus);
        mask = switch (which) {
            case ALL -> all;
            case EVERY_SECOND ->
                CpuMask.of(java.util.stream.IntStream.range(0, cpus / 2)
                        .map(i -> 2 * i)
                        .toArray());
            case UPPER_HALF -> CpuMask.range(cpus / 2, cpus);
        };
        for (int i = 0; i < 20; i++) {
            check(matrix.reserveManaged(all));
        }
        Random random = new Random(1);
        int limit = 100 * cpus; // more would exhaust the small machine
        int[] slots = new int[HISTORY];
        int[] managedSlots = new int[HISTORY];
        int taken = 0;
        int managedTaken = 0;
        for (int i = 0; i < HISTORY; i++) {
            boolean managed = random.nextInt(4) == 0;
            if (managed) {
                managedTaken = step(random, true, managedSlots, managedTaken, 10 * cpus);
            } else {
                taken = step(random, false, slots, taken, limit);
            }
        }
        for (int i = 0; i < HELD; i++) {
            held[i] = check(matrix.allocate(mask, false));
            heldManaged[i] = check(matrix.allocateManaged(mask));
        }
    }

    private int step(Random random, boolean managed, int[] slots, int taken, int limit) {
        if (taken < limit && (taken == 0 || random.nextInt(8) < 5)) {
            CpuMask some = switch (random.nextInt(3)) {
                case 0 -> CpuMask.of(random.nextInt(cpus));
                case 1 -> mask;
                default -> CpuMask.range(0, 1 + random.nextInt(cpus));
            };
            int slot = managed ? matrix.allocateManaged(some) : matrix.allocate(some, false);
            if (slot < 0) {
                return taken; // a single CPU may be full
            }
            slots[taken] = slot;
            return taken + 1;
        }
        int victim = random.nextInt(taken);
        free(slots[victim], managed);
        slots[victim] = slots[taken - 1];
        return taken - 1;
    }

    @Benchmark
    public int normal() {
        int i = next++ & HELD - 1;
        free(held[i], false);
        return held[i] = check(matrix.allocate(mask, false));
    }

    @Benchmark
    public int managed() {
        int i = next++ & HELD - 1;
        free(heldManaged[i], true);
        return heldManaged[i] = check(matrix.allocateManaged(mask));
    }

    private void free(int slot, boolean managed) {
        matrix.free(VectorMatrix.cpuOf(slot), VectorMatrix.vectorOf(slot), managed);
    }

    private static int check(int slot) {
        if (slot < 0) {
            throw new IllegalStateException("slot=" + slot);
        }
        return slot;
    }
}
