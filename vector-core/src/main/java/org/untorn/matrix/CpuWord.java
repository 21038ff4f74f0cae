// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

/** The counters of one CPU in 64 bits: how they are packed, read and changed. No state of its own. */
final class CpuWord {
    /*
     * bits  0-8   free: vectors that are free in the map and promised to nobody (0 to 256)
     * bits  9-17  managed: vectors reserved for managed interrupts, allocated or not (0 to 256)
     * bits 18-26  managed allocated: those of them that are allocated (0 to managed)
     * bits 27-42  drift: how much `available` says above `free`, signed; 0 unless the kernel's accounting drifted
     * bit  43     online
     * bit  44     initialized: was online once
     * bits 45-63  sequence: one more at each change of the word, wraps after 2^19
     *
     * `available` is free + drift and not stored: a count taken or given back is then one addition, and drift, which
     * exists only to reproduce a bug, changes in one place (VectorMatrix.settle).
     */
    static final long FREE = 1L;
    static final long MANAGED = 1L << 9;
    static final long MANAGED_ALLOCATED = 1L << 18;
    static final long ONLINE = 1L << 43;
    static final long INITIALIZED = 1L << 44;

    private static final int DRIFT_SHIFT = 27;
    private static final long DRIFT_MASK = 0xffffL << DRIFT_SHIFT;
    private static final int SEQUENCE_SHIFT = 45;
    private static final long SEQUENCE = 1L << SEQUENCE_SHIFT;
    private static final long COUNT_MASK = 0x1ffL;

    private CpuWord() {}

    static int free(long word) {
        return (int) (word & COUNT_MASK);
    }

    static int managed(long word) {
        return (int) (word >>> 9 & COUNT_MASK);
    }

    static int managedAllocated(long word) {
        return (int) (word >>> 18 & COUNT_MASK);
    }

    /** Managed vectors that are reserved, not allocated, and promised to nobody. */
    static int reservedOnly(long word) {
        return managed(word) - managedAllocated(word);
    }

    static int drift(long word) {
        return (short) (word >>> DRIFT_SHIFT);
    }

    static boolean isOnline(long word) {
        return (word & ONLINE) != 0L;
    }

    static boolean isInitialized(long word) {
        return (word & INITIALIZED) != 0L;
    }

    static long sequence(long word) {
        return word >>> SEQUENCE_SHIFT;
    }

    /** The kernel's {@code available}: an unsigned number there too, so that below zero is very many. */
    static int available(long word) {
        return isInitialized(word) ? free(word) + drift(word) : 0;
    }

    /** What normal allocation compares: {@code available}, as an unsigned number; 0 for a CPU that is not online. */
    static long choice(long word) {
        return isOnline(word) ? Integer.toUnsignedLong(free(word) + drift(word)) : 0L;
    }

    /** The word with some of the counters above moved, and the next sequence. */
    static long plus(long word, long delta) {
        return word + delta + SEQUENCE;
    }

    /** The word with drift moved by one; it stops at the ends of its 16 bits. */
    static long plusDrift(long word, int by) {
        long drift = Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, drift(word) + by));
        return word & ~DRIFT_MASK | drift << DRIFT_SHIFT & DRIFT_MASK;
    }

    /** The word with flags set or cleared, and the next sequence. */
    static long with(long word, long set, long clear) {
        return (word & ~clear | set) + SEQUENCE;
    }
}
