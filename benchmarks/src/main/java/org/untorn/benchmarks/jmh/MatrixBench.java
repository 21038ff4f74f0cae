// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
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
import org.openjdk.jmh.annotations.Warmup;
import org.untorn.matrix.CpuMask;
import org.untorn.matrix.VectorLayout;
import org.untorn.matrix.VectorMatrix;

/**
 * What an allocation and its free cost, beside the kernel's algorithm under one lock.
 *
 * <p>Hypothesis: alone, four compareAndSets cost about what two lock and unlock pairs do, and a second look at the words
 * something more (target: at most 2 times). Two threads on one mask soon keep to a CPU each, while the lock lets one run at
 * a time (target: at least 1.5 times faster). On disjoint masks they meet nowhere (target: at least 2 times faster). All
 * times are per pair of allocation and free and per thread; the lock's floor with two threads is twice its time alone.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class MatrixBench {
    private static final int CPUS = 4;

    /** The two implementations. */
    public enum Kind {
        /** {@link VectorMatrix}. */
        MATRIX,
        /** {@link LockedMatrix}. */
        LOCKED
    }

    /** One of them, a fifth of its vectors allocated, and the three masks. */
    @State(Scope.Group)
    public static class Machine {
        @Param
        public Kind kind;

        final CpuMask all = CpuMask.range(0, CPUS);
        final CpuMask low = CpuMask.range(0, CPUS / 2);
        final CpuMask high = CpuMask.range(CPUS / 2, CPUS);
        private VectorMatrix matrix;
        private LockedMatrix locked;

        @Setup
        public void fill() {
            if (kind == Kind.MATRIX) {
                matrix = new VectorMatrix(CPUS, VectorLayout.X86_LINUX_6_1);
            } else {
                locked = new LockedMatrix(CPUS);
            }
            for (int cpu = 0; cpu < CPUS; cpu++) {
                if (kind == Kind.MATRIX) {
                    matrix.online(cpu);
                } else {
                    locked.online(cpu);
                }
            }
            for (int i = 0; i < 40 * CPUS; i++) {
                if (allocate(all) < 0) {
                    throw new IllegalStateException("slot " + i);
                }
            }
        }

        int allocate(CpuMask mask) {
            return kind == Kind.MATRIX ? matrix.allocate(mask, false) : locked.allocate(mask);
        }

        int pair(CpuMask mask) {
            int slot = allocate(mask);
            if (slot < 0) {
                throw new IllegalStateException("slot=" + slot);
            }
            if (kind == Kind.MATRIX) {
                matrix.free(VectorMatrix.cpuOf(slot), VectorMatrix.vectorOf(slot), false);
            } else {
                locked.free(VectorMatrix.cpuOf(slot), VectorMatrix.vectorOf(slot));
            }
            return slot;
        }
    }

    @Benchmark
    @Group("alone")
    @GroupThreads(1)
    public int alone(Machine machine) {
        return machine.pair(machine.all);
    }

    @Benchmark
    @Group("oneMask")
    @GroupThreads(2)
    public int oneMask(Machine machine) {
        return machine.pair(machine.all);
    }

    @Benchmark
    @Group("disjointMasks")
    @GroupThreads(1)
    public int disjointLow(Machine machine) {
        return machine.pair(machine.low);
    }

    @Benchmark
    @Group("disjointMasks")
    @GroupThreads(1)
    public int disjointHigh(Machine machine) {
        return machine.pair(machine.high);
    }

    /** The kernel's irq_matrix_alloc and irq_matrix_free over plain arrays, under one lock as its callers hold it. */
    static final class LockedMatrix {
        private static final int START = 32;
        private static final int END = 236;

        private final ReentrantLock lock = new ReentrantLock();
        private final long[][] allocated;
        private final long[][] managed;
        private final long[] system = {1L << 32, 0L, 1L, 0L};
        private final boolean[] online;
        private final int[] available;
        private final int[] count;
        private int globalAvailable;
        private int totalAllocated;

        LockedMatrix(int cpus) {
            allocated = new long[cpus][4];
            managed = new long[cpus][4];
            online = new boolean[cpus];
            available = new int[cpus];
            count = new int[cpus];
            system[0] |= 1L << 50;
        }

        void online(int cpu) {
            online[cpu] = true;
            available[cpu] = END - START - 3;
            globalAvailable += available[cpu];
        }

        int allocate(CpuMask mask) {
            lock.lock();
            try {
                if (mask.isEmpty()) {
                    return VectorMatrix.EMPTY_MASK;
                }
                int best = -1;
                int most = 0;
                for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1)) {
                    if (online[cpu] && available[cpu] > most) {
                        best = cpu;
                        most = available[cpu];
                    }
                }
                if (best < 0) {
                    return VectorMatrix.NO_VECTOR;
                }
                int vector = lowestFree(best);
                if (vector < 0) {
                    return VectorMatrix.NO_VECTOR;
                }
                allocated[best][vector >>> 6] |= 1L << vector;
                count[best]++;
                available[best]--;
                totalAllocated++;
                globalAvailable--;
                return best << 8 | vector;
            } finally {
                lock.unlock();
            }
        }

        void free(int cpu, int vector) {
            lock.lock();
            try {
                if (vector < START || vector >= END || (allocated[cpu][vector >>> 6] & 1L << vector) == 0L) {
                    throw new IllegalStateException("cpu=" + cpu + ", vector=" + vector);
                }
                allocated[cpu][vector >>> 6] &= ~(1L << vector);
                count[cpu]--;
                available[cpu]++;
                if (online[cpu]) {
                    totalAllocated--;
                    globalAvailable++;
                }
            } finally {
                lock.unlock();
            }
        }

        private int lowestFree(int cpu) {
            for (int word = START >>> 6; word < 4; word++) {
                long free = ~(allocated[cpu][word] | managed[cpu][word] | system[word]);
                free &= word == START >>> 6 ? -1L << START : -1L;
                if (free != 0L) {
                    int vector = (word << 6) + Long.numberOfTrailingZeros(free);
                    return vector < END ? vector : -1;
                }
            }
            return -1;
        }
    }
}
