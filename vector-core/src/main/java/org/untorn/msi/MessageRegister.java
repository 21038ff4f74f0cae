// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

/**
 * Where a device keeps its message, as a raiser sees it: read it, deliver, ask whether it is still there, and deliver
 * again if it is not.
 *
 * <p>What {@link #read} returns is a <i>reading</i>, one word so that nothing is allocated; it is decoded by {@link
 * #destination} and {@link #vector} and handed back to {@link #isCurrent}:
 *
 * <pre>
 * 63:30 stamp, changes with every write | 29 RH | 28 DM | 27 trigger | 26 level | 25:23 delivery mode
 * 22:8 destination ID | 7:0 vector
 * </pre>
 *
 * <p>The stamp has 34 bits. {@link #isCurrent} errs only for a reader that was suspended over an exact multiple of 2<sup>34</sup>
 * writes: at the fastest rate of moves measured on one interrupt, some 10<sup>7</sup> a second, that is a sleep of half
 * an hour, 28 minutes and 38 seconds, to the very write.
 */
public interface MessageRegister {
    /** How many bits of a reading are the stamp. */
    int STAMP_BITS = 34;

    /**
     * Reads the message. Any thread; wait-free.
     *
     * @return the reading
     */
    long read();

    /**
     * Whether the register was not written since a reading. Any thread; wait-free. A raiser asks after it set the
     * pending bit: if the answer is no, the bit may stand at a place that was left, and it raises again.
     *
     * @param reading what {@link #read} returned
     * @return true if the message it holds is still the one that was read
     */
    boolean isCurrent(long reading);

    /**
     * The message.
     *
     * @return it, as one {@link #read} saw it
     */
    default MsiMessage message() {
        long reading = read();
        int data = (int) (reading & 0xff | reading >>> 15 & 0x700 | reading >>> 12 & 0xc000);
        if (reading << STAMP_BITS == 0L) {
            return MsiMessage.UNPROGRAMMED;
        }
        return new MsiMessage(MsiMessage.addressOf(destination(reading)) | reading >>> 26 & 0xc, data);
    }

    /**
     * The destination ID of a reading; in a domain, the CPU's index.
     *
     * @param reading what {@link #read} returned
     * @return 0 to {@link MsiMessage#MAX_DESTINATION}
     */
    static int destination(long reading) {
        return (int) (reading >>> 8) & MsiMessage.MAX_DESTINATION;
    }

    /**
     * The vector of a reading.
     *
     * @param reading what {@link #read} returned
     * @return 0 to 255; 0 if the register is unprogrammed, and then it must not be raised
     */
    static int vector(long reading) {
        return (int) reading & 0xff;
    }
}
