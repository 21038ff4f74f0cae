// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The index at rest finds what a scan of all words finds, also after threads have moved CPUs about. */
class CpuIndexTest {
    private static final VectorLayout LAYOUT = VectorLayout.X86_LINUX_6_1;
    private static final long SEED = Long.getLong("untorn.seed", System.nanoTime());

    @BeforeAll
    static void print() {
        System.out.println("index: -Duntorn.seed=" + SEED);
    }

    @Test
    void search_emptyIndex_findsNothing() {
        CpuTable table = new CpuTable(200, LAYOUT);
        assertEquals(CpuIndex.NOT_FOUND, table.index(false).search(CpuMask.range(0, 200)));
        assertEquals(CpuIndex.NOT_FOUND, table.index(true).search(CpuMask.range(0, 200)));
    }

    @Test
    void search_oneThread_equalsAScan() {
        for (int cpus : new int[] {65, 130, 5000}) {
            CpuTable table = online(cpus);
            Random random = random();
            for (int step = 0; step < 3000; step++) {
                change(table, random, cpus);
                if (step % 10 == 0) {
                    compare(table, random, cpus);
                }
            }
        }
    }

    @Test
    @Timeout(60)
    void search_afterThreadsAtManyRanks_equalsAScan() throws Exception {
        for (int round = 0; round < 40; round++) {
            afterThreads(5000, (table, random) -> change(table, random, 4)); // few CPUs, so that they meet
        }
    }

    /** Two ranks and two CPUs of one group: leaves and summaries are emptied and filled all the time. */
    @Test
    @Timeout(60)
    void search_afterThreadsAtTwoRanks_equalsAScan() throws Exception {
        for (int round = 0; round < 400; round++) {
            afterThreads(1000, (table, random) -> {
                int cpu = random.nextInt(2);
                long word = table.word(cpu);
                boolean full = CpuWord.free(word) == LAYOUT.capacity();
                table.casWord(cpu, word, CpuWord.plus(word, full ? -CpuWord.FREE : CpuWord.FREE));
            });
        }
    }

    private static void afterThreads(int steps, BiConsumer<CpuTable, Random> step) throws Exception {
        int cpus = 70;
        CpuTable table = online(cpus);
        for (int cpu = 2; cpu < cpus; cpu++) {
            long word = table.word(cpu);
            table.casWord(cpu, word, CpuWord.plus(word, -100L)); // out of the way
        }
        Random random = random();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Random own = new Random(random.nextLong());
            threads.add(new Thread(() -> {
                for (int k = 0; k < steps; k++) {
                    step.accept(table, own);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        for (int i = 0; i < 20; i++) {
            compare(table, random, cpus);
        }
        compareAlone(table, cpus);
    }

    @Test
    void search_driftedCpu_isUnordered() {
        CpuTable table = online(70);
        long word = table.word(69);
        table.casWord(69, word, CpuWord.plusDrift(CpuWord.plus(word, 0L), 100)); // more than there are vectors
        assertEquals(69L | (long) CpuIndex.UNORDERED << 32, table.index(false).search(CpuMask.range(0, 70)));
        word = table.word(3);
        table.casWord(3, word, CpuWord.plusDrift(CpuWord.plus(word, -201L), -1)); // less than none
        assertEquals(3L | (long) CpuIndex.UNORDERED << 32, table.index(false).search(CpuMask.range(0, 70)));
    }

    private static Random random() {
        return new Random(SEED);
    }

    private static CpuTable online(int cpus) {
        CpuTable table = new CpuTable(cpus, LAYOUT);
        for (int cpu = 0; cpu < cpus; cpu++) {
            table.casWord(
                    cpu, table.word(cpu), CpuWord.with(table.word(cpu), CpuWord.ONLINE | CpuWord.INITIALIZED, 0L));
        }
        return table;
    }

    private static void change(CpuTable table, Random random, int cpus) {
        int cpu = random.nextInt(cpus);
        long word = table.word(cpu);
        int free = CpuWord.free(word);
        long next = switch (random.nextInt(8)) {
            case 0 -> CpuWord.with(word, 0L, CpuWord.ONLINE);
            case 1, 2 -> CpuWord.with(word, CpuWord.ONLINE, 0L);
            case 3 -> CpuWord.plus(word, CpuWord.managedAllocated(word) < 200 ? CpuWord.MANAGED_ALLOCATED : 0L);
            case 4 -> CpuWord.plus(word, CpuWord.managedAllocated(word) > 0 ? -CpuWord.MANAGED_ALLOCATED : 0L);
            case 5 -> CpuWord.plus(word, free < 256 ? CpuWord.FREE : 0L);
            default -> CpuWord.plus(word, free > 0 ? -CpuWord.FREE : 0L);
        };
        table.casWord(cpu, word, next);
    }

    private static void compare(CpuTable table, Random random, int cpus) {
        int from = random.nextInt(cpus);
        CpuMask mask = CpuMask.range(from, from + 1 + random.nextInt(cpus - from));
        if (random.nextBoolean()) {
            mask = mask.andNot(CpuMask.of(from, cpus / 2, cpus - 1));
        }
        if (random.nextBoolean()) {
            mask = mask.and(
                    CpuMask.of(IntStream.range(0, cpus / 2).map(i -> 2 * i).toArray()));
        }
        if (mask.isEmpty()) {
            return;
        }
        assertEquals(scan(table, mask, false), table.index(false).search(mask));
        assertEquals(scan(table, mask, true), table.index(true).search(mask));
    }

    /** One CPU at a time: it is found at its rank and, as nobody hides it, at no better one. */
    private static void compareAlone(CpuTable table, int cpus) {
        for (int cpu = 0; cpu < cpus; cpu++) {
            CpuMask mask = CpuMask.of(cpu);
            assertEquals(scan(table, mask, false), table.index(false).search(mask));
            assertEquals(scan(table, mask, true), table.index(true).search(mask));
        }
    }

    private static long scan(CpuTable table, CpuMask mask, boolean managed) {
        long best = CpuIndex.NOT_FOUND;
        for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1)) {
            int rank = table.index(managed).rank(table.word(cpu));
            if (rank != CpuIndex.NONE
                    && (best == CpuIndex.NOT_FOUND || rank < best >>> 32 || managed && rank == best >>> 32)) {
                best = (long) rank << 32 | cpu;
            }
        }
        return best;
    }
}
