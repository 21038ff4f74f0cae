// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Chooses the CPU of an allocation as the kernel does, and takes a count from its word.
 *
 * <p>Any thread may call it. Lock-free: an attempt is repeated only after another thread changed a word of the mask.
 */
final class CpuChooser {
    /*
     * A scan reads every word of the mask once and chooses. The choice is taken by one compareAndSet on the chosen word,
     * which decides; the other words may have changed meanwhile, as they may right after.
     *
     * Refusal. Two scans in a row, equal in their choice and in the sum of the sequences, have seen no word change: the
     * sequences only grow. So between the two there was an instant at which every word was as it was read: no CPU with
     * `available` above 0, or (drift, managed) a chosen one with nothing to take. The sum is blind to changes that add up
     * to a multiple of 2^19 (of 2^40 where no sequence wraps) between two reads: then a refusal is given that was right
     * before or after, and no count or vector is wrong.
     *
     * A wide mask is first looked up in the index. What it finds is checked: if the word has another rank, the finder
     * brings the index up to date, so that a thread suspended before it did so sends nobody in circles. What the index
     * does not know, a scan decides: it alone refuses.
     *
     * Staying. Threads that scan one mask at once choose the same CPU and read each other's words, which costs several
     * times what the allocation does. So who sees others at work, by a lost compareAndSet or by a change that is not his
     * own between his scan and a second one after he took, stays with the CPU he got: for his next STAYS allocations he
     * takes that one without a scan, as long as it has as many available as when it was chosen. The mask may be another,
     * the CPU must be in it. Nothing of this is seen by one thread at a time, whichever: it gets the kernel's choice,
     * always; after a contended time, after STAYS allocations at most. Threads whose ids are equal modulo SEATS share a
     * seat: what it says is checked like any hint.
     *
     * M2 A seat is read and written opaque: it publishes nothing, and one that is old or overwritten costs a scan.
     */
    private static final int SCAN_CPUS = 64; // a mask of so few CPUs is scanned at once
    private static final int CHOICE_BITS = 24;
    private static final int STAYS = 128;
    private static final int FEW_CPUS = 8;
    private static final int SEATS = 16;
    private static final int STRIDE = 16; // longs: 128 bytes, a pair of cache lines
    private static final VarHandle SEAT =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final CpuTable table;
    // bits 0-7 allocations left, 8-31 CPU, 32-63 what it had available; 0 for nobody. Written and read by its threads.
    private final long[] seats = new long[STRIDE * (SEATS + 2)];

    CpuChooser(CpuTable table) {
        this.table = table;
    }

    /**
     * Takes the count of one vector.
     *
     * @return the CPU, or -1 if there is none
     */
    int take(CpuMask mask, boolean managed) {
        int seat = seat();
        long stay = managed ? 0L : getSeat(seat);
        if (stay != 0L) {
            int cpu = takeAgain(mask, seat, stay);
            if (cpu >= 0) {
                return cpu;
            }
        }
        CpuIndex index = table.index(managed);
        if (index != null && mask.size() > SCAN_CPUS) {
            int cpu = takeFound(index, mask, managed);
            if (cpu >= 0) {
                return cpu;
            }
        }
        boolean lost = false;
        long seen = scan(mask, managed);
        for (; ; ) {
            int cpu = ((int) seen & (1 << CHOICE_BITS) - 1) - 1;
            if (cpu >= 0) {
                long word = table.word(cpu);
                if (tryTake(cpu, word, managed)) {
                    if (!managed && (lost || looksAround(word, mask) && isCrowded(seen, mask))) {
                        setSeat(seat, CpuWord.choice(word) << 32 | (long) cpu << 8 | STAYS);
                    }
                    return cpu;
                }
                lost = true;
            }
            long again = scan(mask, managed);
            if (again == seen) {
                return -1;
            }
            seen = again;
        }
    }

    /** In every second allocation and free of a CPU, every eighth if there are many; bit 0 is the same in all of them. */
    private static boolean looksAround(long word, CpuMask mask) {
        return (CpuWord.sequence(word) & (mask.size() <= FEW_CPUS ? 2L : 14L)) == 0L;
    }

    /** Whether other changes than the caller's one were made since a scan. */
    private boolean isCrowded(long seen, CpuMask mask) {
        long sequences = -1L;
        for (int i = 0; i < mask.words(); i++) {
            for (long rest = mask.word(i); rest != 0L; rest &= rest - 1L) {
                sequences += CpuWord.sequence(table.word((i << 6) + Long.numberOfTrailingZeros(rest)));
            }
        }
        return sequences << CHOICE_BITS >>> CHOICE_BITS != seen >>> CHOICE_BITS;
    }

    private int takeAgain(CpuMask mask, int seat, long stay) {
        int cpu = (int) stay >>> 8;
        if ((stay & 0xffL) != 0L && mask.contains(cpu)) {
            long word = table.word(cpu);
            if (CpuWord.choice(word) >= stay >>> 32 && tryTake(cpu, word, false)) {
                setSeat(seat, stay - 1L);
                return cpu;
            }
        }
        setSeat(seat, 0L);
        return -1;
    }

    private static int seat() {
        return STRIDE * (1 + (int) (Thread.currentThread().getId() & SEATS - 1));
    }

    private int takeFound(CpuIndex index, CpuMask mask, boolean managed) {
        for (; ; ) {
            long found = index.search(mask);
            int cpu = (int) found;
            int rank = (int) (found >>> 32);
            if (found == CpuIndex.NOT_FOUND || rank == CpuIndex.UNORDERED && !managed) {
                return -1;
            }
            long word = table.word(cpu);
            if (index.rank(word) != rank) {
                index.follow(cpu, rank, index.rank(word));
            } else if (!canTake(word, managed)) {
                return -1;
            } else if (tryTake(cpu, word, managed)) {
                return cpu;
            }
        }
    }

    private boolean tryTake(int cpu, long word, boolean managed) {
        long delta = managed ? CpuWord.MANAGED_ALLOCATED : -CpuWord.FREE;
        return canTake(word, managed) && table.casWord(cpu, word, CpuWord.plus(word, delta));
    }

    private static boolean canTake(long word, boolean managed) {
        return managed
                ? CpuWord.isOnline(word) && CpuWord.reservedOnly(word) > 0
                : CpuWord.free(word) > 0 && CpuWord.choice(word) != 0L;
    }

    /** The sum of the sequences in the upper 40 bits; below, the chosen CPU plus one, 0 for none. */
    private long scan(CpuMask mask, boolean managed) {
        long sequences = 0L;
        long most = 0L;
        int fewest = Integer.MAX_VALUE;
        int chosen = -1;
        for (int i = 0; i < mask.words(); i++) {
            for (long rest = mask.word(i); rest != 0L; rest &= rest - 1L) {
                int cpu = (i << 6) + Long.numberOfTrailingZeros(rest);
                long word = table.word(cpu);
                sequences += CpuWord.sequence(word);
                if (managed) {
                    if (CpuWord.isOnline(word) && CpuWord.managedAllocated(word) <= fewest) {
                        fewest = CpuWord.managedAllocated(word);
                        chosen = cpu;
                    }
                } else if (CpuWord.choice(word) > most) {
                    most = CpuWord.choice(word);
                    chosen = cpu;
                }
            }
        }
        return sequences << CHOICE_BITS | chosen + 1;
    }

    // ---- accessors, opaque: M2 ----

    private long getSeat(int index) {
        return (long) SEAT.getOpaque(seats, index);
    }

    private void setSeat(int index, long stay) {
        SEAT.setOpaque(seats, index, stay);
    }
}
