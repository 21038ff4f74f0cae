// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A hint: the CPUs of a wide machine by rank, so that the best one of a mask is found without reading every word.
 *
 * <p>Any thread may call any method; {@link #follow} is lock-free, {@link #search} wait-free. Whoever changes a CPU's
 * word calls {@code follow}; between the two the hint is old, and a searcher checks what it found against the word.
 */
final class CpuIndex {
    /*
     * Overview. A CPU has a rank, computed from its word: 0 is best, NONE is not to be found. For each rank there is a
     * bitmap of the CPUs that have it (leaf), for that a bitmap of its words that are not zero (summary), and one bitmap
     * of the ranks that have a CPU (top). A search walks them from the best rank and meets the mask at the leaves. So that
     * a mask of every second CPU does not visit all leaves of ranks that only the others have, the words of a rank are
     * also summed up by or (columns), as are those of the mask: no bit in common, no CPU in common.
     *
     * I1 When no thread is inside follow, a CPU's bit is set at the rank of its word and at no other.
     *    Every set and every clear is followed by a read of the word, in one order of all full-mode accesses. Let U be
     *    the last to change the word, to rank r, from another. A thread that clears r reads the word after: a read
     *    before U's change is one by a thread whose clear U's own set follows; a read after finds r, and that thread
     *    sets r again before it ends. A thread that sets another rank x reads the word after: if it still says x, the
     *    one who then changes it clears x; if not, the thread clears x itself.
     * I2 When no thread is inside, a bit of summary, top or columns is set if what it stands for is not zero. A setter
     *    sets the lower level, then looks at the upper; a clearer clears the upper, then looks at the lower again. A bit
     *    too many is possible and costs a look; columns are not even cleared until a search has looked in vain (tidy).
     * Held by VectorMatrixModelTest (more than 64 CPUs) and CpuIndexTest, which compares it with a full scan after
     * threads have worked on it.
     *
     * Memory: 257 bits a CPU and kind, about 66 bytes a CPU for both.
     */
    static final int NONE = -1;

    /** Available says more than a CPU has vectors, or less than none: the kernel's drift. A scan must compare these. */
    static final int UNORDERED = 0;

    static final long NOT_FOUND = -1L;

    private static final int RANKS = VectorLayout.VECTORS + 1;
    private static final VarHandle LONG =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final boolean managed;
    private final int groups; // of 64 CPUs
    private final int supers; // of 64 groups
    private final CpuTable table;
    private final long[] leaf;
    private final long[] summary;
    private final long[] columns = new long[RANKS];
    private final long[] top = new long[(RANKS + 63) / 64];

    /** An index without CPUs: all are offline. */
    CpuIndex(CpuTable table, int cpus, boolean managed) {
        this.table = table;
        this.managed = managed;
        groups = cpus + 63 >>> 6;
        supers = groups + 63 >>> 6;
        leaf = new long[RANKS * groups];
        summary = new long[RANKS * supers];
    }

    /** Normal: the most available first. Managed: the fewest managed allocated first. */
    int rank(long word) {
        if (!CpuWord.isOnline(word)) {
            return NONE;
        }
        if (managed) {
            return CpuWord.managedAllocated(word);
        }
        long available = CpuWord.choice(word);
        return available == 0L ? NONE : available < RANKS ? (int) (RANKS - available) : UNORDERED;
    }

    /** Moves a CPU from one rank to the one its word has, which was {@code to} when last read. */
    void follow(int cpu, int from, int to) {
        int old = from;
        int current = to;
        while (old != current) {
            set(current, cpu);
            clear(old, cpu);
            old = current;
            current = rank(table.word(cpu));
        }
    }

    /**
     * The best CPU of a mask: of the lowest rank, and there the lowest CPU, or the highest if managed.
     *
     * @return the rank in the upper 32 bits, the CPU below; or NOT_FOUND
     */
    long search(CpuMask mask) {
        int from = mask.next(0) >>> 6;
        int to = mask.words() - 1;
        long wanted = mask.columns();
        for (int i = 0; i < top.length; i++) {
            for (long ranks = get(top, i); ranks != 0L; ranks &= ranks - 1L) {
                int rank = (i << 6) + Long.numberOfTrailingZeros(ranks);
                if ((get(columns, rank) & wanted) == 0L) {
                    continue;
                }
                int cpu = managed ? highest(rank, mask, from, to) : lowest(rank, mask, from, to);
                if (cpu >= 0) {
                    return (long) rank << 32 | cpu;
                }
                tidy(rank);
            }
        }
        return NOT_FOUND;
    }

    private int lowest(int rank, CpuMask mask, int from, int to) {
        for (int i = from >>> 6; i <= to >>> 6; i++) {
            long rest = get(summary, rank * supers + i) & (i == from >>> 6 ? -1L << from : -1L);
            for (; rest != 0L; rest &= rest - 1L) {
                int group = (i << 6) + Long.numberOfTrailingZeros(rest);
                long found = get(leaf, rank * groups + group) & mask.word(group);
                if (found != 0L) {
                    return (group << 6) + Long.numberOfTrailingZeros(found);
                }
            }
        }
        return -1;
    }

    private int highest(int rank, CpuMask mask, int from, int to) {
        for (int i = to >>> 6; i >= from >>> 6; i--) {
            long rest = get(summary, rank * supers + i) & (i == to >>> 6 ? -1L >>> ~to : -1L);
            while (rest != 0L) {
                int bit = 63 - Long.numberOfLeadingZeros(rest);
                int group = (i << 6) + bit;
                long found = get(leaf, rank * groups + group) & mask.word(group);
                if (found != 0L) {
                    return (group << 6) + 63 - Long.numberOfLeadingZeros(found);
                }
                rest ^= 1L << bit;
            }
        }
        return -1;
    }

    private void set(int rank, int cpu) {
        if (rank != NONE) {
            getAndOr(leaf, rank * groups + (cpu >>> 6), 1L << cpu);
            orUnlessSet(columns, rank, 1L << cpu);
            raise(rank, cpu >>> 6);
        }
    }

    /** Clears the columns that no CPU of a rank is in, and sets again those that one came into meanwhile. */
    private void tidy(int rank) {
        getAndAnd(columns, rank, columns(rank));
        long missing = columns(rank) & ~get(columns, rank);
        if (missing != 0L) {
            getAndOr(columns, rank, missing);
        }
    }

    private long columns(int rank) {
        long all = 0L;
        for (int i = rank * groups; i < (rank + 1) * groups; i++) {
            all |= get(leaf, i);
        }
        return all;
    }

    private void raise(int rank, int group) {
        orUnlessSet(summary, rank * supers + (group >>> 6), 1L << group);
        orUnlessSet(top, rank >>> 6, 1L << rank);
    }

    private void orUnlessSet(long[] longs, int i, long bit) {
        if ((get(longs, i) & bit) == 0L) {
            getAndOr(longs, i, bit);
        }
    }

    private void clear(int rank, int cpu) {
        if (rank == NONE) {
            return;
        }
        int group = cpu >>> 6;
        if ((getAndAnd(leaf, rank * groups + group, ~(1L << cpu)) & ~(1L << cpu)) != 0L) {
            return;
        }
        getAndAnd(summary, rank * supers + (group >>> 6), ~(1L << group));
        if (isEmpty(rank)) {
            getAndAnd(top, rank >>> 6, ~(1L << rank));
        }
        if (get(leaf, rank * groups + group) != 0L) {
            raise(rank, group);
        } else if (!isEmpty(rank)) {
            orUnlessSet(top, rank >>> 6, 1L << rank);
        }
    }

    private boolean isEmpty(int rank) {
        for (int i = rank * supers; i < (rank + 1) * supers; i++) {
            if (get(summary, i) != 0L) {
                return false;
            }
        }
        return true;
    }

    // ---- accessors, all full mode ----

    private static long get(long[] longs, int i) {
        return (long) LONG.getVolatile(longs, i);
    }

    private static long getAndOr(long[] longs, int i, long bits) {
        return (long) LONG.getAndBitwiseOr(longs, i, bits);
    }

    private static long getAndAnd(long[] longs, int i, long bits) {
        return (long) LONG.getAndBitwiseAnd(longs, i, bits);
    }
}
