// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The shared memory of a {@link VectorMatrix}: for each CPU its word of counters and the state of its vectors.
 *
 * <p>Any thread may call any method. Lock-free; {@link #word} and {@link #state} are one read.
 */
final class CpuTable {
    /*
     * Layout: STRIDE longs a CPU, 128 bytes, so that two CPUs share no pair of cache lines but at the seam:
     *   long 0      the CpuWord
     *   longs 1-8   the states, 32 vectors each: bit v of the low half `taken`, bit v of the high half `managed`
     *               taken managed
     *                 0     0     FREE
     *                 1     0     ALLOCATED; system vectors and those outside the range too, so that nobody finds them
     *                 0     1     RESERVED for a managed interrupt
     *                 1     1     MANAGED: allocated to one
     * Both bits of a vector lie in one long: every transition is one compareAndSet that has seen the whole state. So
     * two threads never both take a vector, and a second free never succeeds (I1 of VectorMatrix).
     *
     * All accesses are full mode. Nothing weaker was needed to meet the targets of MatrixBench.
     */
    static final int FREE = 0;
    static final int ALLOCATED = 1;
    static final int RESERVED = 2;
    static final int MANAGED = 3;

    private static final int STRIDE = 16;
    private static final long HALF = 0xffffffffL;
    private static final VarHandle LONG =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private static final int INDEXED = 64; // more CPUs than that have an index

    private final int first; // the longs of states in which the range lies
    private final int last;
    private final long[] longs; // any thread -> any thread
    private final CpuIndex byAvailable; // null on a narrow machine, where a scan is faster than keeping it
    private final CpuIndex byManaged;

    CpuTable(int cpus, VectorLayout layout) {
        first = 1 + (layout.start() >>> 5);
        last = 1 + (layout.end() - 1 >>> 5);
        longs = new long[STRIDE * (cpus + 2)];
        byAvailable = cpus > INDEXED ? new CpuIndex(this, cpus, false) : null;
        byManaged = cpus > INDEXED ? new CpuIndex(this, cpus, true) : null;
        for (int cpu = 0; cpu < cpus; cpu++) {
            longs[base(cpu)] = CpuWord.FREE * layout.capacity();
            for (int vector = 0; vector < VectorLayout.VECTORS; vector++) {
                if (!layout.contains(vector) || layout.isSystem(vector)) {
                    longs[index(cpu, vector)] |= 1L << (vector & 31);
                }
            }
        }
    }

    /** The hint for normal or managed allocations, null if there is none. */
    CpuIndex index(boolean managed) {
        return managed ? byManaged : byAvailable;
    }

    /** Changes a CPU's word, and the index after it. */
    boolean casWord(int cpu, long expected, long next) {
        if (!compareAndSet(base(cpu), expected, next)) {
            return false;
        }
        if (byAvailable != null) {
            byAvailable.follow(cpu, byAvailable.rank(expected), byAvailable.rank(next));
            byManaged.follow(cpu, byManaged.rank(expected), byManaged.rank(next));
        }
        return true;
    }

    /** Adds to the counters of a CPU's word; the new word. */
    long add(int cpu, long delta) {
        long word;
        long next;
        do {
            word = word(cpu);
            next = CpuWord.plus(word, delta);
        } while (!casWord(cpu, word, next));
        return next;
    }

    /** Takes the count of one free vector of a CPU; false if it has none. */
    boolean takeFree(int cpu) {
        long word;
        do {
            word = word(cpu);
            if (CpuWord.free(word) == 0) {
                return false;
            }
        } while (!casWord(cpu, word, CpuWord.plus(word, -CpuWord.FREE)));
        return true;
    }

    int state(int cpu, int vector) {
        return stateOf(get(index(cpu, vector)), vector);
    }

    /** Moves a vector from one state to another; false if it is in neither the one nor, then, the other. */
    boolean change(int cpu, int vector, int from, int to) {
        int index = index(cpu, vector);
        long before = get(index);
        while (stateOf(before, vector) == from) {
            if (compareAndSet(index, before, before ^ flip(vector & 31, from, to))) {
                return true;
            }
            before = get(index);
        }
        return false;
    }

    /**
     * Moves the lowest vector in state FREE or RESERVED to another state. The caller holds a count for it (I2 of
     * VectorMatrix), so there is one; it can only be missed while others take and give back, who then made progress.
     *
     * @return the vector
     */
    int claimLowest(int cpu, int from, int to) {
        for (; ; ) {
            for (int i = first; i <= last; i++) {
                int index = base(cpu) + i;
                long before = get(index);
                for (long found; (found = inState(before, from)) != 0L; before = get(index)) {
                    int bit = Long.numberOfTrailingZeros(found);
                    if (compareAndSet(index, before, before ^ flip(bit, from, to))) {
                        return (i - 1 << 5) + bit;
                    }
                }
            }
        }
    }

    /** The vectors of one long that are in state FREE or RESERVED, as bits 0 to 31. */
    private static long inState(long states, int from) {
        return from == FREE ? ~(states | states >>> 32) & HALF : ~states & states >>> 32;
    }

    private static int stateOf(long states, int vector) {
        return (int) (states >>> (vector & 31) & 1L | states >>> (vector & 31) + 31 & 2L);
    }

    private static long flip(int bit, int from, int to) {
        int change = from ^ to;
        return ((long) change & 1L) << bit | ((long) change & 2L) << 31 + bit;
    }

    private static int base(int cpu) {
        return STRIDE * (cpu + 1);
    }

    private static int index(int cpu, int vector) {
        return base(cpu) + 1 + (vector >>> 5);
    }

    // ---- accessors, all full mode ----

    long word(int cpu) {
        return get(base(cpu));
    }

    private long get(int index) {
        return (long) LONG.getVolatile(longs, index);
    }

    private boolean compareAndSet(int index, long expected, long next) {
        return LONG.compareAndSet(longs, index, expected, next);
    }
}
