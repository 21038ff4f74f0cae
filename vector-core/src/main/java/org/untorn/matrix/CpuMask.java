// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import java.util.Arrays;

/**
 * An immutable set of CPUs.
 *
 * <p>A CPU is an index from 0; there is no upper limit but memory, one bit for each index up to the highest. Safe to
 * share between threads. {@link #contains}, {@link #next}, {@link #size} and {@link #highest} allocate nothing, so that
 * {@code for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1))} is the way to walk a mask.
 *
 * <p>Source: the two text forms are those of Linux's {@code /proc/irq/N/smp_affinity_list} and {@code smp_affinity}.
 */
public final class CpuMask {
    private static final CpuMask EMPTY = new CpuMask(new long[0]);

    private final long[] words; // no trailing zero word, so that equal sets have equal arrays
    private final int size;
    private final long columns; // all words, or-ed

    private CpuMask(long[] words) {
        int used = words.length;
        while (used > 0 && words[used - 1] == 0L) {
            used--;
        }
        this.words = used == words.length ? words : Arrays.copyOf(words, used);
        int bits = 0;
        long all = 0L;
        for (long word : this.words) {
            bits += Long.bitCount(word);
            all |= word;
        }
        size = bits;
        columns = all;
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
            checkNotNegative("cpu", cpu);
            highest = Math.max(highest, cpu);
        }
        long[] words = new long[(highest >>> 6) + 1];
        for (int cpu : cpus) {
            words[cpu >>> 6] |= 1L << cpu;
        }
        return new CpuMask(words);
    }

    /**
     * The set of consecutive CPUs.
     *
     * @param from the lowest CPU, 0 or more
     * @param to one more than the highest CPU; equal to {@code from} for the empty set
     * @return the set
     * @throws IllegalArgumentException if {@code from} is negative or higher than {@code to}
     */
    public static CpuMask range(int from, int to) {
        checkNotNegative("from", from);
        if (from > to) {
            throw new IllegalArgumentException("from=" + from + ", limit=" + to);
        }
        if (from == to) {
            return EMPTY;
        }
        long[] words = new long[(to - 1 >>> 6) + 1];
        Arrays.fill(words, from >>> 6, words.length, -1L);
        words[from >>> 6] &= -1L << from;
        words[words.length - 1] &= -1L >>> -to;
        return new CpuMask(words);
    }

    /**
     * Reads the list form: CPUs and ranges, separated by commas, as in {@code 0-3,8}.
     *
     * @param list the text; blanks around it are ignored, and an empty text is the empty set
     * @return the set
     * @throws IllegalArgumentException if the text is not of this form
     */
    public static CpuMask parseList(String list) {
        String text = list.strip();
        if (text.isEmpty()) {
            return EMPTY;
        }
        long[] words = {};
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            int from = number(list, dash < 0 ? part : part.substring(0, dash), 10);
            int to = dash < 0 ? from : number(list, part.substring(dash + 1), 10);
            if (from > to || to == Integer.MAX_VALUE) {
                throw new IllegalArgumentException("list=" + list + ", bad range=" + part);
            }
            long[] range = range(from, to + 1).words;
            if (range.length > words.length) {
                words = Arrays.copyOf(words, range.length);
            }
            for (int i = from >>> 6; i < range.length; i++) {
                words[i] |= range[i];
            }
        }
        return new CpuMask(words);
    }

    /**
     * Reads the hex form: groups of up to eight hex digits, 32 CPUs each, the highest first, as in {@code ff,00000001}.
     *
     * @param hex the text; blanks around it are ignored
     * @return the set
     * @throws IllegalArgumentException if the text is not of this form
     */
    public static CpuMask parseHex(String hex) {
        String[] groups = hex.strip().split(",", -1);
        long[] words = new long[groups.length + 1 >>> 1];
        for (int i = 0; i < groups.length; i++) {
            String group = groups[groups.length - 1 - i];
            if (group.length() > 8) {
                throw new IllegalArgumentException("hex=" + hex + ", bad group=" + group);
            }
            words[i >>> 1] |= Integer.toUnsignedLong(number(hex, group, 16)) << (i << 5);
        }
        return new CpuMask(words);
    }

    private static int number(String all, String digits, int radix) {
        boolean plain = !digits.isEmpty();
        for (int i = 0; i < digits.length(); i++) {
            plain &=
                    digits.charAt(i) < 128 && Character.digit(digits.charAt(i), radix) >= 0; // no sign, no other script
        }
        try {
            if (plain) {
                return radix == 16 ? Integer.parseUnsignedInt(digits, radix) : Integer.parseInt(digits, radix);
            }
        } catch (NumberFormatException tooLarge) {
            // refused below, like any other text that is no CPU number
        }
        throw new IllegalArgumentException("text=" + all + ", bad number=" + digits);
    }

    /**
     * Whether this set holds a CPU.
     *
     * @param cpu any CPU index
     * @return true if it does; false for a negative index
     */
    public boolean contains(int cpu) {
        return cpu >= 0 && (word(cpu >>> 6) >>> cpu & 1L) != 0L;
    }

    /**
     * The lowest CPU of this set that is {@code from} or higher.
     *
     * @param from where to begin, 0 or more
     * @return that CPU, or -1 if there is none
     * @throws IllegalArgumentException if {@code from} is negative
     */
    public int next(int from) {
        checkNotNegative("from", from);
        long rest = word(from >>> 6) & -1L << from;
        for (int i = from >>> 6; i < words.length; rest = word(++i)) {
            if (rest != 0L) {
                return (i << 6) + Long.numberOfTrailingZeros(rest);
            }
        }
        return -1;
    }

    /**
     * The highest CPU of this set.
     *
     * @return that CPU, or -1 if the set is empty
     */
    public int highest() {
        int last = words.length - 1;
        return last < 0 ? -1 : (last << 6) + 63 - Long.numberOfLeadingZeros(words[last]);
    }

    /**
     * The number of CPUs in this set.
     *
     * @return that number, 0 or more
     */
    public int size() {
        return size;
    }

    /**
     * Whether this set holds no CPU.
     *
     * @return true if it is empty
     */
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * The CPUs in both sets.
     *
     * @param other the other set
     * @return the intersection
     */
    public CpuMask and(CpuMask other) {
        long[] both = new long[Math.min(words.length, other.words.length)];
        for (int i = 0; i < both.length; i++) {
            both[i] = words[i] & other.words[i];
        }
        return new CpuMask(both);
    }

    /**
     * The CPUs in either set.
     *
     * @param other the other set
     * @return the union
     */
    public CpuMask or(CpuMask other) {
        long[] either = new long[Math.max(words.length, other.words.length)];
        for (int i = 0; i < either.length; i++) {
            either[i] = word(i) | other.word(i);
        }
        return new CpuMask(either);
    }

    /**
     * The CPUs of this set that are not in the other.
     *
     * @param other the other set
     * @return the difference
     */
    public CpuMask andNot(CpuMask other) {
        long[] rest = words.clone();
        for (int i = 0; i < rest.length; i++) {
            rest[i] &= ~other.word(i);
        }
        return new CpuMask(rest);
    }

    /** The number of 64-CPU words that can hold a bit. */
    int words() {
        return words.length;
    }

    /** Bit {@code i} is set if this set holds a CPU that is {@code i} modulo 64. */
    long columns() {
        return columns;
    }

    /** The CPUs {@code 64 * i} to {@code 64 * i + 63} as bits, also for words beyond the highest CPU. */
    long word(int i) {
        return i < words.length ? words[i] : 0L;
    }

    /**
     * The hex form, as in {@code ff,00000001}: what {@link #parseHex} reads. The empty set is {@code 0}.
     *
     * @return the text
     */
    public String toHex() {
        int group = Math.max(highest(), 0) >>> 5;
        StringBuilder text = new StringBuilder(Integer.toHexString(group(group)));
        while (--group >= 0) {
            text.append(',').append(String.format("%08x", group(group)));
        }
        return text.toString();
    }

    private int group(int i) {
        return (int) (word(i >>> 1) >>> (i << 5));
    }

    /**
     * The list form, as in {@code 0-3,8}: what {@link #parseList} reads. The empty set is the empty text.
     *
     * @return the text
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int from = next(0); from >= 0; ) {
            int to = from;
            while (contains(to + 1)) {
                to++;
            }
            text.append(text.length() == 0 ? "" : ",").append(from);
            if (to > from) {
                text.append('-').append(to);
            }
            from = next(to + 1);
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuMask mask && Arrays.equals(words, mask.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    private static void checkNotNegative(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + "=" + value + ", minimum=0");
        }
    }
}
