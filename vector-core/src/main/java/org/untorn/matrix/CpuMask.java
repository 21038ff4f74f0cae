// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import java.util.Arrays;

/**
 * An immutable set of CPUs.
 *
 * <p>A CPU is an index from 0. Safe to share between threads; no operation but the factories allocates.
 */
public final class CpuMask {
    private static final CpuMask EMPTY = new CpuMask(new long[0]);

    private final long[] words; // no trailing zero word

    private CpuMask(long[] words) {
        this.words = words;
    }

    /**
     * The set of the given CPUs.
     *
     * @param cpus CPU indexes, each 0 or more, in any order, repeats allowed
     * @return the set
     * @throws IllegalArgumentException if a CPU is negative
     */
    public static CpuMask of(int... cpus) {
        if (cpus.length == 0) {
            return EMPTY;
        }
        int highest = 0;
        for (int cpu : cpus) {
            if (cpu < 0) {
                throw new IllegalArgumentException("cpu=" + cpu + ", minimum=0");
            }
            highest = Math.max(highest, cpu);
        }
        long[] words = new long[(highest >>> 6) + 1];
        for (int cpu : cpus) {
            words[cpu >>> 6] |= 1L << cpu;
        }
        return new CpuMask(words);
    }

    /**
     * Whether this set holds a CPU.
     *
     * @param cpu any CPU index
     * @return true if it does; false for a negative index
     */
    public boolean contains(int cpu) {
        return cpu >= 0 && cpu >>> 6 < words.length && (words[cpu >>> 6] >>> cpu & 1L) != 0L;
    }

    /**
     * The lowest CPU of this set that is {@code from} or higher.
     *
     * @param from where to begin, 0 or more
     * @return that CPU, or -1 if there is none
     */
    public int next(int from) {
        for (int word = from >>> 6; word < words.length; word++) {
            long rest = word == from >>> 6 ? words[word] & -1L << from : words[word];
            if (rest != 0L) {
                return (word << 6) + Long.numberOfTrailingZeros(rest);
            }
        }
        return -1;
    }

    /**
     * Whether this set holds no CPU.
     *
     * @return true if it is empty
     */
    public boolean isEmpty() {
        return words.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuMask mask && Arrays.equals(words, mask.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }
}
