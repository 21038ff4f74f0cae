// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

/**
 * The MSI capability of a PCI device: up to 32 messages that share one address and one 16-bit data.
 *
 * <p><b>Roles.</b> Device: any thread raises events. Software: one thread at a time writes; any thread reads.
 *
 * <p><b>Progress.</b> Events and writes are lock-free, reads wait-free.
 *
 * <p><b>Memory.</b> Every access is volatile. What happens-before an event happens-before the {@link MessageSink#send}
 * that answers it; what happens-before a write happens-before what follows an event that sees it.
 *
 * <p>Address and data are written apart, each exposed to the events in between: an event after a new address and before
 * the new data sends the torn pair. Where there are mask bits software can hide the two writes behind them: an event in
 * between sets its pending bit, and is sent once by the write that unmasks it.
 *
 * <pre>
 * 0x00  7:0 ID 0x05 | 15:8 next | 16 enable | 19:17 messages capable, log2 | 22:20 messages enabled, log2
 *       23 64-bit | 24 maskable | 31:25 reserved
 * 0x04  address 31:2 | 1:0 read 0
 *       32-bit   64-bit
 *                0x08    address 63:32
 *       0x08     0x0c    15:0 data | 31:16 reserved, there only if maskable
 *       0x0c     0x10    mask bits, only if maskable
 *       0x10     0x14    pending bits, read-only, only if maskable
 * </pre>
 *
 * <p>After reset it is disabled, all else is zero: one message enabled, none masked. Software that enables more messages
 * than the device is capable of gets as many as there are. With more than one, the device replaces the low bits of the
 * data by the message's number.
 *
 * <p>Sources: PCI Local Bus Specification 3.0, 6.8.1; Linux, uapi/linux/pci_regs.h and {@code __pci_write_msi_msg}; QEMU,
 * hw/pci/msi.c.
 */
public final class MsiCapability extends MessageCapability {
    /** The capability's ID. */
    public static final int ID = 0x05;

    /** The most messages that a device can have. */
    public static final int MAX_MESSAGES = 32;

    /** Which of its optional registers a capability has. */
    public enum Layout {
        /** A 32-bit address, no mask bits. */
        ADDRESS_32(0x0a),
        /** A 64-bit address, no mask bits. */
        ADDRESS_64(0x0e),
        /** A 32-bit address, mask and pending bits. */
        ADDRESS_32_MASKABLE(0x14),
        /** A 64-bit address, mask and pending bits. */
        ADDRESS_64_MASKABLE(0x18);

        private final int sizeBytes;

        Layout(int sizeBytes) {
            this.sizeBytes = sizeBytes;
        }

        /**
         * The size in configuration space.
         *
         * @return bytes
         */
        public int sizeBytes() {
            return sizeBytes;
        }

        private boolean is64() {
            return this == ADDRESS_64 || this == ADDRESS_64_MASKABLE;
        }

        private boolean isMaskable() {
            return this == ADDRESS_32_MASKABLE || this == ADDRESS_64_MASKABLE;
        }
    }

    private static final int ENABLE = 1;
    private static final int CAPABLE_SHIFT = 1;
    private static final int ENABLED_SHIFT = 4;
    private static final int ENABLED_MASK = 7 << ENABLED_SHIFT;
    private static final int IS_64 = 1 << 7;
    private static final int MASKABLE = 1 << 8;

    private final int capableLog2;
    private final int addressHighOffset; // 0 if there is none
    private final int dataOffset;

    // written: the writer, one at a time, so that to add to the stamp is no race; read: raisers
    private volatile int flags;
    private volatile long address;
    private volatile int data;
    private volatile int mask;
    private volatile long stamp;

    /**
     * A capability as after reset.
     *
     * @param messages how many messages the device is capable of, a power of two, 1 to {@link #MAX_MESSAGES}
     * @param layout must not be null
     * @param next where the next capability is in configuration space, 0 if there is none
     * @param sink is given the messages; must not be null
     * @throws IllegalArgumentException if messages or next is none of these
     */
    public MsiCapability(int messages, Layout layout, int next, MessageSink sink) {
        super(ID, next, layout.sizeBytes, checkMessages(messages), layout.isMaskable(), sink);
        capableLog2 = Integer.numberOfTrailingZeros(messages);
        addressHighOffset = layout.is64() ? 0x08 : 0;
        dataOffset = layout.is64() ? 0x0c : 0x08;
        flags = capableLog2 << CAPABLE_SHIFT | (layout.is64() ? IS_64 : 0) | (layout.isMaskable() ? MASKABLE : 0);
    }

    private static int checkMessages(int messages) {
        if (messages < 1 || messages > MAX_MESSAGES || Integer.bitCount(messages) != 1) {
            throw new IllegalArgumentException(
                    "messages=" + messages + ", expected a power of two, minimum=1, maximum=" + MAX_MESSAGES);
        }
        return messages;
    }

    @Override
    boolean isEnabled(int message) {
        return isEnabled(message, flags);
    }

    @Override
    long address(int message) {
        return address;
    }

    @Override
    long state(int message) {
        int now = flags;
        int bits = data & -enabled(now) | message;
        return isEnabled(message, now) && (mask >>> message & 1) == 0 ? bits : bits | CLOSED;
    }

    @Override
    long stamp(int message) {
        return stamp;
    }

    @Override
    int flags() {
        return flags;
    }

    @Override
    int dword(int offset) {
        if (offset == 0x04) {
            return (int) address;
        }
        if (offset == addressHighOffset) {
            return (int) (address >>> 32);
        }
        return switch (offset - dataOffset) {
            case 0 -> data;
            case 4 -> mask;
            default -> pendingBits();
        };
    }

    @Override
    void setDword(int offset, int value) {
        if (offset == 0x00) {
            setFlags(value >>> 16);
        } else if (offset == 0x04) {
            address = address & -1L << 32 | value & 0xffff_fffcL;
            stamp += MESSAGE_WRITTEN;
        } else if (offset == addressHighOffset) {
            address = address & 0xffff_ffffL | (long) value << 32;
            stamp += MESSAGE_WRITTEN;
        } else if (offset == dataOffset) {
            data = value & 0xffff;
            stamp += MESSAGE_WRITTEN;
        } else if (offset == dataOffset + 4) {
            mask = value & (int) ((1L << messages()) - 1);
            stamp += MASK_WRITTEN;
            settleAll();
        }
    }

    private void setFlags(int value) {
        int enabledLog2 = Math.min((value & ENABLED_MASK) >>> ENABLED_SHIFT, capableLog2);
        flags = flags & ~(ENABLED_MASK | ENABLE) | enabledLog2 << ENABLED_SHIFT | value & ENABLE;
        stamp += MESSAGE_WRITTEN; // how many are enabled is part of the data
        settleAll();
    }

    private static boolean isEnabled(int message, int flags) {
        return (flags & ENABLE) != 0 && message < enabled(flags);
    }

    private static int enabled(int flags) {
        return 1 << ((flags & ENABLED_MASK) >>> ENABLED_SHIFT);
    }

    private int pendingBits() {
        int bits = 0;
        for (int message = 0; message < messages(); message++) {
            bits |= pending.test(message) ? 1 << message : 0;
        }
        return bits;
    }
}
