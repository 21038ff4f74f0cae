// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

/**
 * Which vectors of a CPU can be allocated: a range, less the system vectors.
 *
 * <p>Vectors are indexes from 0 to {@link #VECTORS} (exclusive). System vectors may lie inside the range, where they are
 * taken out of it, or outside, where they are only listed. Immutable.
 *
 * <p>Source: {@code arch/x86/include/asm/irq_vectors.h} and the matrix dumps of Debian kernels.
 */
public final class VectorLayout {
    /** The number of vectors of a CPU: 256. */
    public static final int VECTORS = 256;

    /**
     * x86 as in Linux 5.10 and 6.1: range 32 to 235, of it 32 (move cleanup), 50 (PIC cascade) and 128 (system call)
     * taken, 201 left.
     */
    public static final VectorLayout X86_LINUX_6_1 =
            new VectorLayout(32, 236, CpuMask.parseList("0-19,29,32,50,128,236,240-242,244,246-255"));

    /**
     * x86 as in Linux 6.12: range 32 to 234, of it 50 (PIC cascade) and 128 (system call) taken, 201 left. The move
     * cleanup vector is gone; vector 235 is neither in the range nor a system vector.
     */
    public static final VectorLayout X86_LINUX_6_12 =
            new VectorLayout(32, 235, CpuMask.parseList("0-19,29,50,128,236,240-242,244,246-255"));

    private final int start;
    private final int end;
    private final CpuMask system; // sets of vectors, not of CPUs: the same bits and the same text form
    private final CpuMask range;

    private VectorLayout(int start, int end, CpuMask system) {
        this.start = start;
        this.end = end;
        this.system = system;
        range = CpuMask.range(start, end);
    }

    /**
     * A layout of one's own.
     *
     * @param start the lowest vector that can be allocated, 0 or more
     * @param end one more than the highest vector that can be allocated, more than {@code start}, at most {@link #VECTORS}
     * @param system the system vectors, inside or outside the range, in any order
     * @return the layout
     * @throws IllegalArgumentException if a number is out of its limits
     */
    public static VectorLayout of(int start, int end, int... system) {
        if (start < 0 || end > VECTORS || start >= end) {
            throw new IllegalArgumentException("start=" + start + ", end=" + end + ", limit=" + VECTORS);
        }
        for (int vector : system) {
            if (vector < 0 || vector >= VECTORS) {
                throw new IllegalArgumentException("vector=" + vector + ", limit=" + VECTORS);
            }
        }
        return new VectorLayout(start, end, CpuMask.of(system));
    }

    /**
     * The lowest vector that can be allocated.
     *
     * @return that vector
     */
    public int start() {
        return start;
    }

    /**
     * One more than the highest vector that can be allocated.
     *
     * @return that limit
     */
    public int end() {
        return end;
    }

    /**
     * Whether a vector lies in the range, be it a system vector or not.
     *
     * @param vector any number
     * @return true if it does
     */
    public boolean contains(int vector) {
        return vector >= start && vector < end;
    }

    /**
     * Whether a vector is a system vector of this layout.
     *
     * @param vector any number
     * @return true if it is
     */
    public boolean isSystem(int vector) {
        return system.contains(vector);
    }

    /**
     * The number of vectors that can be allocated on one CPU.
     *
     * @return the size of the range less the system vectors in it
     */
    public int capacity() {
        return range.andNot(system).size();
    }

    /** The vectors of the range. */
    CpuMask range() {
        return range;
    }

    /**
     * The range and the system vectors.
     *
     * @return for example {@code [32,236) system 32,50,128}
     */
    @Override
    public String toString() {
        return "[" + start + "," + end + ") system " + system;
    }
}
