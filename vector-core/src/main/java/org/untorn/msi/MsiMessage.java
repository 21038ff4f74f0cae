// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

/**
 * An x86 MSI message: what a device writes, where.
 *
 * <p>Immutable. A message is one of three: <i>compatibility</i> format (address names a CPU, data a vector),
 * <i>remappable</i> format (address names an entry of an interrupt-remapping table), or <i>unprogrammed</i> (the
 * all-zero data of a quiesced device, which must not be sent).
 *
 * <pre>
 * address, compatibility   31:20 0xfee | 19:12 destination 7:0 | 11:5 destination 14:8 | 4 0 | 3 RH | 2 DM | 1:0 ignored
 * address, remappable      31:20 0xfee | 19:5 handle 14:0 | 4 1 | 3 SHV | 2 handle 15 | 1:0 ignored
 * data, compatibility      15 trigger | 14 level | 13:11 reserved | 10:8 delivery mode | 7:0 vector
 * data, remappable         15:0 subhandle
 * </pre>
 *
 * <p>Sources: Intel SDM vol. 3A, 10.11; Intel VT-d specification, 5.1.2.2; Linux asm/msidef.h; the extended destination
 * ID (address bits 11:5) as hypervisors offer it.
 *
 * @param address the 64-bit address; bits 63:32 are 0
 * @param data the 32-bit data; bits 31:16 are 0
 */
public record MsiMessage(long address, int data) {
    /** The message of a device that has none: all zero. */
    public static final MsiMessage UNPROGRAMMED = new MsiMessage(0L, 0);

    /** The largest destination ID of the compatibility format, with the extended destination ID: 15 bits. */
    public static final int MAX_DESTINATION = 0x7fff;

    /** The lowest vector that a message can carry: the local APIC rejects 0 to 15. */
    public static final int MIN_VECTOR = 16;

    /** The highest vector. */
    public static final int MAX_VECTOR = 255;

    private static final long BASE = 0xfee0_0000L;
    private static final long BASE_MASK = 0xffff_ffff_fff0_0000L;
    private static final long REMAPPABLE = 1L << 4;
    private static final long HINT = 1L << 3; // in the remappable format: subhandle valid
    private static final long LOGICAL = 1L << 2; // in the remappable format: handle bit 15
    private static final long IGNORED = 3L;
    private static final int LEVEL_TRIGGERED = 1 << 15;
    private static final int ASSERT = 1 << 14;
    private static final int RESERVED_DATA = 0x3800;

    /** How the CPU is to take the interrupt: data bits 10:8. */
    public enum DeliveryMode {
        /** To the CPUs named by the destination. */
        FIXED,
        /** To the one of them that runs at the lowest priority. */
        LOWEST_PRIORITY,
        /** A system-management interrupt; the vector is 0. */
        SMI,
        /** A reserved encoding, never in a message. */
        RESERVED_3,
        /** A non-maskable interrupt; the vector is ignored. */
        NMI,
        /** An INIT; the vector is 0. */
        INIT,
        /** A reserved encoding, never in a message. */
        RESERVED_6,
        /** An external interrupt: the vector comes from the interrupt controller. */
        EXT_INT;

        private static final DeliveryMode[] OF = values();

        private boolean carriesVector() {
            return this == FIXED || this == LOWEST_PRIORITY;
        }
    }

    /**
     * Decodes a message as a device holds it.
     *
     * @param address the 64-bit address
     * @param data the 32-bit data
     * @throws IllegalArgumentException if it is not an x86 message: the address is outside {@code 0xfeexxxxx} (all zero
     *     is {@link #UNPROGRAMMED}), a reserved bit of the data is set, the delivery mode is a reserved one, or the
     *     vector is below {@link #MIN_VECTOR}
     */
    public MsiMessage {
        if ((address != 0L || data != 0) && (address & BASE_MASK) != BASE) {
            throw new IllegalArgumentException("address=" + hex(address) + ", expected=0xfeexxxxx");
        }
        if ((data & 0xffff_0000) != 0) {
            throw new IllegalArgumentException("data=" + hex(data) + ", maximum=0xffff");
        }
        if ((address & REMAPPABLE) == 0L && data != 0) {
            checkData(data);
        }
    }

    private static void checkData(int data) {
        if ((data & RESERVED_DATA) != 0) {
            throw new IllegalArgumentException("data=" + hex(data) + ", reserved bits 13:11 are not 0");
        }
        DeliveryMode mode = DeliveryMode.OF[data >>> 8 & 7];
        if (mode == DeliveryMode.RESERVED_3 || mode == DeliveryMode.RESERVED_6) {
            throw new IllegalArgumentException("data=" + hex(data) + ", reserved delivery mode " + (data >>> 8 & 7));
        }
        if (mode.carriesVector() && (data & 0xff) < MIN_VECTOR) {
            throw new IllegalArgumentException("vector=" + (data & 0xff) + ", minimum=" + MIN_VECTOR);
        }
    }

    /**
     * The message that a domain gives a device: physical destination, fixed delivery, edge triggered.
     *
     * @param destination the destination ID, which in a domain is the CPU's index, 0 to {@link #MAX_DESTINATION}
     * @param vector the vector, {@link #MIN_VECTOR} to {@link #MAX_VECTOR}
     * @return the message
     * @throws IllegalArgumentException if either is out of range
     */
    public static MsiMessage of(int destination, int vector) {
        checkDestination(destination);
        checkVector(vector);
        return new MsiMessage(addressOf(destination), vector);
    }

    /**
     * A remappable-format message without a subhandle.
     *
     * @param handle the index of the table's entry, 0 to 65535
     * @return the message
     * @throws IllegalArgumentException if the handle is out of range
     */
    public static MsiMessage remappable(int handle) {
        return remappable(handle, -1);
    }

    /**
     * A remappable-format message.
     *
     * @param handle the index of the table's entry, 0 to 65535
     * @param subhandle what the data adds to the handle, 0 to 65535, or -1 for none
     * @return the message
     * @throws IllegalArgumentException if either is out of range
     */
    public static MsiMessage remappable(int handle, int subhandle) {
        if (handle < 0 || handle > 0xffff) {
            throw new IllegalArgumentException("handle=" + handle + ", minimum=0, maximum=65535");
        }
        if (subhandle < -1 || subhandle > 0xffff) {
            throw new IllegalArgumentException("subhandle=" + subhandle + ", minimum=-1, maximum=65535");
        }
        long address = BASE | REMAPPABLE | (handle & 0x7fffL) << 5 | (handle >>> 15) * LOGICAL;
        return subhandle < 0 ? new MsiMessage(address, 0) : new MsiMessage(address | HINT, subhandle);
    }

    /**
     * Whether this is the message of a quiesced device: data all zero, where the data carries the vector.
     *
     * @return true if it must not be sent
     */
    public boolean isUnprogrammed() {
        return data == 0 && !isRemappable();
    }

    /**
     * Whether this is of the remappable format.
     *
     * @return true if its address names a table entry instead of a CPU
     */
    public boolean isRemappable() {
        return (address & REMAPPABLE) != 0L;
    }

    /**
     * The destination ID.
     *
     * @return 0 to {@link #MAX_DESTINATION}: a CPU's ID if physical, a set of CPUs if {@linkplain #isLogical logical}
     * @throws IllegalStateException if this is of the remappable format
     */
    public int destination() {
        requireCompatibility();
        return destinationOf(address);
    }

    /**
     * Whether the destination is a logical one (DM).
     *
     * @return true if logical, false if physical
     * @throws IllegalStateException if this is of the remappable format
     */
    public boolean isLogical() {
        requireCompatibility();
        return (address & LOGICAL) != 0L;
    }

    /**
     * Whether the message may be redirected to the CPU of lowest priority (RH).
     *
     * @return true if the hint is set
     * @throws IllegalStateException if this is of the remappable format
     */
    public boolean isRedirectable() {
        requireCompatibility();
        return (address & HINT) != 0L;
    }

    /**
     * The vector.
     *
     * @return {@link #MIN_VECTOR} to {@link #MAX_VECTOR}; 0 if unprogrammed; data bits 7:0 where the delivery mode
     *     ignores them
     * @throws IllegalStateException if this is of the remappable format
     */
    public int vector() {
        requireCompatibility();
        return data & 0xff;
    }

    /**
     * The delivery mode.
     *
     * @return it
     * @throws IllegalStateException if this is of the remappable format
     */
    public DeliveryMode deliveryMode() {
        requireCompatibility();
        return DeliveryMode.OF[data >>> 8 & 7];
    }

    /**
     * The level bit, without meaning for an edge-triggered message; older Linux kernels set it, newer ones do not.
     *
     * @return true for assert
     * @throws IllegalStateException if this is of the remappable format
     */
    public boolean isAssert() {
        requireCompatibility();
        return (data & ASSERT) != 0;
    }

    /**
     * The trigger mode.
     *
     * @return true for level, false for edge
     * @throws IllegalStateException if this is of the remappable format
     */
    public boolean isLevelTriggered() {
        requireCompatibility();
        return (data & LEVEL_TRIGGERED) != 0;
    }

    /**
     * The index of the remapping table's entry, without the subhandle.
     *
     * @return 0 to 65535
     * @throws IllegalStateException if this is of the compatibility format
     */
    public int handle() {
        requireRemappable();
        return (int) (address >>> 5 & 0x7fff | (address & LOGICAL) >>> 2 << 15);
    }

    /**
     * What the data adds to the handle.
     *
     * @return 0 to 65535, or -1 if the message carries none
     * @throws IllegalStateException if this is of the compatibility format
     */
    public int subhandle() {
        requireRemappable();
        return (address & HINT) != 0L ? data : -1;
    }

    private void requireCompatibility() {
        if (isRemappable()) {
            throw new IllegalStateException("address=" + hex(address) + ": remappable format, it names a handle");
        }
    }

    private void requireRemappable() {
        if (!isRemappable()) {
            throw new IllegalStateException("address=" + hex(address) + ": compatibility format, it has no handle");
        }
    }

    @Override
    public String toString() {
        String pair = hex(address) + "/" + String.format("0x%04x", data);
        if (isRemappable()) {
            return pair + " remappable handle=" + handle() + (subhandle() < 0 ? "" : " subhandle=" + subhandle());
        }
        if (isUnprogrammed()) {
            return pair + " unprogrammed";
        }
        return pair + (isLogical() ? " logical" : " physical") + " destination=" + destination() + " vector="
                + vector();
    }

    static long addressOf(int destination) {
        return BASE | (destination & 0xffL) << 12 | (destination & 0x7f00L) >>> 3;
    }

    static int destinationOf(long address) {
        return (int) (address >>> 12 & 0xff | (address >>> 5 & 0x7f) << 8);
    }

    static void checkDestination(int destination) {
        if (destination < 0 || destination > MAX_DESTINATION) {
            throw new IllegalArgumentException(
                    "destination=" + destination + ", minimum=0, maximum=" + MAX_DESTINATION);
        }
    }

    static void checkVector(int vector) {
        if (vector < MIN_VECTOR || vector > MAX_VECTOR) {
            throw new IllegalArgumentException(
                    "vector=" + vector + ", minimum=" + MIN_VECTOR + ", maximum=" + MAX_VECTOR);
        }
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }
}
