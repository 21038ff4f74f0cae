// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.VarHandle;

/**
 * A message register whose address and data are one 64-bit word: it cannot be read torn.
 *
 * <p><b>Roles.</b> Every operation may be called by any thread, together with every other.
 *
 * <p><b>Progress.</b> {@link #read}, {@link #isCurrent} and {@link #compareAndSet} are wait-free, one access of the
 * word each; {@link #write} is lock-free, a compareAndSet loop.
 *
 * <p><b>Memory.</b> What happens-before a write happens-before what follows a read that sees it. Writes and reads are
 * of one total order.
 *
 * <p>It holds messages of the compatibility format. A remappable-format message is constant; it needs no stamp and no
 * register of this kind.
 *
 * <p>Source: the VT-d remapping entry, whose destination and vector share one word for the same reason (Linux,
 * {@code modify_irte}).
 */
public final class PairedRegister implements MessageRegister {
    /*
     * Layout of the word: see MessageRegister. I1 Each write adds 1 to the stamp, so no two of the last 2^34 writes left
     * the same word behind, also when the message comes back to what it was.
     */
    private static final int STAMP_SHIFT = Long.SIZE - STAMP_BITS;
    private static final long STAMP_UNIT = 1L << STAMP_SHIFT;
    private static final long MESSAGE_MASK = STAMP_UNIT - 1;
    private static final VarHandle WORD = ConstantBootstraps.fieldVarHandle(
                    lookup(), "word", VarHandle.class, PairedRegister.class, long.class)
            .withInvokeExactBehavior();

    private volatile long word; // written: movers; read: raisers

    /** An unprogrammed register. */
    public PairedRegister() {}

    /**
     * A register that holds a message.
     *
     * @param message must not be null
     * @throws IllegalArgumentException if the message is of the remappable format
     */
    public PairedRegister(MsiMessage message) {
        word = bits(message);
    }

    @Override
    public long read() {
        return word;
    }

    @Override
    public boolean isCurrent(long reading) {
        return word == reading;
    }

    /**
     * Writes a message.
     *
     * @param message must not be null
     * @throws IllegalArgumentException if the message is of the remappable format
     */
    public void write(MsiMessage message) {
        long bits = bits(message);
        for (long before = word; !compareAndSetWord(before, next(before) | bits); ) {
            before = word;
        }
    }

    /**
     * Writes the message {@link MsiMessage#of}(destination, vector), unless the register was written since a reading.
     * Allocates nothing.
     *
     * @param reading what {@link #read} returned
     * @param destination the destination ID, 0 to {@link MsiMessage#MAX_DESTINATION}
     * @param vector the vector, {@link MsiMessage#MIN_VECTOR} to {@link MsiMessage#MAX_VECTOR}
     * @return true if it was written, false if somebody else wrote since the reading
     * @throws IllegalArgumentException if destination or vector is out of range
     */
    public boolean compareAndSet(long reading, int destination, int vector) {
        MsiMessage.checkDestination(destination);
        MsiMessage.checkVector(vector);
        return compareAndSetWord(reading, next(reading) | (long) destination << 8 | vector);
    }

    /**
     * Makes the register unprogrammed.
     *
     * @return what it held before
     */
    public long unprogram() {
        for (; ; ) {
            long before = word;
            if (compareAndSetWord(before, next(before))) {
                return before;
            }
        }
    }

    @Override
    public String toString() {
        long reading = word;
        return message() + " stamp=" + (reading >>> STAMP_SHIFT);
    }

    static long bits(MsiMessage message) {
        if (message.isRemappable()) {
            throw new IllegalArgumentException("message=" + message + ", expected=compatibility format");
        }
        return bits(message.address(), message.data());
    }

    static long bits(long address, int data) {
        return data & 0xff
                | (long) MsiMessage.destinationOf(address) << 8
                | (data & 0x700L) << 15
                | (data & 0xc000L) << 12
                | (address & 0xc) << 26;
    }

    private static long next(long word) {
        return (word & ~MESSAGE_MASK) + STAMP_UNIT;
    }

    private boolean compareAndSetWord(long expected, long value) {
        return WORD.compareAndSet(this, expected, value);
    }
}
