// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.untorn.matrix.VectorMatrix.Accounting;

/**
 * Real threads do everything at once; every slot has one owner at any time, and at the end the counters are what the
 * maps say, and no vector is missing.
 */
@Timeout(30)
class VectorMatrixThreadsTest {
    private static final int THREADS = 4;
    private static final int STEPS = 150_000;
    private static final VectorLayout SMALL = VectorLayout.of(30, 71, 32, 40, 200);

    private VectorMatrix matrix;
    private AtomicIntegerArray owners; // by slot: 0 or the thread, from 1, that holds it
    private int cpus;

    @ParameterizedTest
    @CsvSource({
        "2,CORRECTED,true",
        "4,KERNEL,false",
        "4,KERNEL,true",
        "6,CORRECTED,true",
        "80,KERNEL,true",
        "80,CORRECTED,true"
    })
    void operations_fromManyThreads_leaveEveryCounterEqualToTheMaps(int cpus, Accounting accounting, boolean hotplug)
            throws Exception {
        long seed = Long.getLong("untorn.seed", System.nanoTime());
        String run = "-Duntorn.seed=" + seed + " cpus=" + cpus + " " + accounting + " hotplug=" + hotplug;
        System.out.println("threads: " + run);
        this.cpus = cpus;
        matrix = new VectorMatrix(cpus, SMALL, accounting);
        owners = new AtomicIntegerArray(cpus << 8);
        for (int cpu = 0; cpu < cpus; cpu++) {
            matrix.online(cpu);
        }
        List<Worker> workers = new ArrayList<>();
        for (int i = 1; i <= THREADS; i++) {
            workers.add(new Worker(i, new Random(seed + i), hotplug));
        }
        run(workers);
        boolean drifts = accounting == Accounting.KERNEL && hotplug;
        check(run, drifts);
        drain(workers);
        checkNothingIsLost(run, drifts);
    }

    /** Threads that together hold fewer vectors than there are: a choice lost to another is no reason to refuse. */
    @ParameterizedTest
    @CsvSource({"1", "2", "80"})
    void allocate_withVectorsLeft_neverRefuses(int cpus) throws Exception {
        matrix = new VectorMatrix(cpus, SMALL);
        CpuMask all = CpuMask.range(0, cpus);
        for (int cpu = 0; cpu < cpus; cpu++) {
            matrix.online(cpu);
        }
        for (int i = 0; i < THREADS; i++) {
            assertEquals(0, matrix.reserveManaged(all)); // on each CPU enough for every thread
        }
        run(Collections.nCopies(THREADS, () -> {
            for (int step = 0; step < STEPS; step++) {
                int slot = matrix.allocate(all, false);
                int managed = matrix.allocateManaged(all);
                assertTrue(slot >= 0 && managed >= 0, () -> "slot=" + slot + ", managed=" + managed);
                matrix.free(slot >>> 8, slot & 0xff, false);
                matrix.free(managed >>> 8, managed & 0xff, true);
            }
            return null;
        }));
    }

    private static void run(Collection<? extends Callable<Void>> workers) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            for (Future<Void> done : pool.invokeAll(workers)) {
                done.get(); // a failure of a worker is one of the test
            }
        } finally {
            pool.shutdownNow();
            assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS), "a worker hangs");
        }
    }

    /** Counters against maps, maps against owners. */
    private void check(String run, boolean drifts) {
        int total = 0;
        int available = 0;
        for (int cpu = 0; cpu < cpus; cpu++) {
            int allocated = 0;
            int managed = 0;
            int both = 0;
            for (int vector = 0; vector < VectorLayout.VECTORS; vector++) {
                boolean isAllocated = matrix.isAllocated(cpu, vector);
                boolean isManaged = matrix.isManaged(cpu, vector);
                assertEquals(isAllocated, owners.get(cpu << 8 | vector) != 0, run + " " + cpu + ":" + vector);
                allocated += isAllocated ? 1 : 0;
                managed += isManaged ? 1 : 0;
                both += isAllocated && isManaged ? 1 : 0;
            }
            assertEquals(allocated, matrix.allocated(cpu), run + " cpu=" + cpu);
            assertEquals(managed, matrix.managed(cpu), run + " cpu=" + cpu);
            assertEquals(both, matrix.managedAllocated(cpu), run + " cpu=" + cpu);
            if (!drifts) {
                assertEquals(
                        SMALL.capacity() - managed - (allocated - both), matrix.available(cpu), run + " cpu=" + cpu);
            }
            total += allocated;
            available += matrix.isOnline(cpu) ? matrix.available(cpu) : 0;
        }
        assertEquals(available, matrix.globalAvailable(), run);
        if (!drifts) {
            assertEquals(total, matrix.totalAllocated(), run);
        }
        assertEquals(0, matrix.globalReserved(), run);
    }

    private void drain(List<Worker> workers) {
        for (Worker worker : workers) {
            worker.slots.forEach(slot -> matrix.free(slot >>> 8, slot & 0xff, false));
            worker.managedSlots.forEach(slot -> matrix.free(slot >>> 8, slot & 0xff, true));
        }
        for (Worker worker : workers) {
            worker.reserved.forEach(matrix::removeManaged);
        }
    }

    /** Takes every vector there is, each once. */
    private void checkNothingIsLost(String run, boolean drifts) {
        for (int cpu = 0; cpu < cpus; cpu++) {
            assertEquals(0, matrix.allocated(cpu), run + " cpu=" + cpu);
            assertEquals(0, matrix.managed(cpu), run + " cpu=" + cpu);
            if (!drifts) {
                assertEquals(SMALL.capacity(), matrix.available(cpu), run + " cpu=" + cpu);
            }
            for (int i = 0; i < SMALL.capacity(); i++) {
                assertEquals(0, matrix.reserveManaged(CpuMask.of(cpu)), run + " cpu=" + cpu + " i=" + i);
            }
            assertEquals(VectorMatrix.NO_VECTOR, matrix.reserveManaged(CpuMask.of(cpu)), run + " cpu=" + cpu);
        }
    }

    /** One thread: all it allocated, and all it reserved for managed vectors. */
    private final class Worker implements Callable<Void> {
        final List<Integer> slots = new ArrayList<>();
        final List<Integer> managedSlots = new ArrayList<>();
        final List<CpuMask> reserved = new ArrayList<>();
        private final int id;
        private final Random random;
        private final boolean hotplug;

        Worker(int id, Random random, boolean hotplug) {
            this.id = id;
            this.random = random;
            this.hotplug = hotplug;
        }

        @Override
        public Void call() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(hotplug ? 12 : 11)) {
                    case 0, 1, 2 -> allocate();
                    case 3, 4, 5, 6 -> free();
                    case 7 -> allocateManaged();
                    case 8 -> freeManaged();
                    case 9 -> reserveManaged();
                    case 10 -> removeManaged();
                    default -> plug();
                }
            }
            return null;
        }

        private CpuMask mask() {
            int cpu = random.nextInt(cpus);
            return switch (random.nextInt(3)) {
                case 0 -> CpuMask.of(cpu);
                case 1 -> CpuMask.range(0, cpus);
                default -> CpuMask.range(cpu, Math.min(cpus, cpu + 3));
            };
        }

        private void take(int slot, List<Integer> into) {
            if (slot >= 0) {
                assertTrue(
                        owners.compareAndSet(slot, 0, id), () -> "slot " + slot + " is owned by " + owners.get(slot));
                into.add(slot);
            } else {
                assertEquals(VectorMatrix.NO_VECTOR, slot);
            }
        }

        private int give(List<Integer> from) {
            int slot = from.remove(random.nextInt(from.size()));
            assertTrue(owners.compareAndSet(slot, id, 0));
            return slot;
        }

        private void allocate() {
            boolean announced = random.nextInt(4) == 0;
            if (announced) {
                matrix.reserve();
            }
            int slot = matrix.allocate(mask(), announced);
            if (slot < 0 && announced) {
                matrix.removeReserved();
            }
            take(slot, slots);
        }

        private void free() {
            if (!slots.isEmpty()) {
                int slot = give(slots);
                matrix.free(slot >>> 8, slot & 0xff, false);
            }
        }

        private void allocateManaged() {
            take(matrix.allocateManaged(mask()), managedSlots);
        }

        private void freeManaged() {
            if (!managedSlots.isEmpty()) {
                int slot = give(managedSlots);
                matrix.free(slot >>> 8, slot & 0xff, true);
            }
        }

        private void reserveManaged() {
            CpuMask mask = mask();
            if (reserved.size() < 8 * cpus && matrix.reserveManaged(mask) == 0) {
                reserved.add(mask);
            }
        }

        private void removeManaged() {
            if (!reserved.isEmpty()) {
                int last = reserved.size() - 1;
                try {
                    matrix.removeManaged(reserved.get(last));
                    reserved.remove(last);
                } catch (IllegalStateException allAllocated) {
                    // others took what was reserved here; it is given back in the end
                }
            }
        }

        private void plug() {
            int cpu = random.nextInt(cpus);
            try {
                if (random.nextInt(3) > 0) {
                    matrix.online(cpu);
                } else {
                    matrix.offline(cpu);
                }
            } catch (IllegalStateException already) {
                // another thread did it
            }
        }
    }
}
