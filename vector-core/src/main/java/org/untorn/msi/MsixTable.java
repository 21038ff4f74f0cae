// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The MSI-X capability of a PCI device, with its table of up to 2048 messages and its pending-bit array.
 *
 * <p><b>Roles.</b> Device: any thread raises events. Software: one thread at a time writes, be it configuration space or
 * table; any thread reads.
 *
 * <p><b>Progress.</b> Events and writes are lock-free, reads wait-free.
 *
 * <p><b>Memory.</b> Every access is volatile. What happens-before an event happens-before the {@link MessageSink#send}
 * that answers it; what happens-before a write happens-before what follows an event that sees it.
 *
 * <p>An event on an entry that is masked, or while the function is, sets its pending bit. It is sent once, as the entry
 * is then, by the write that takes away the last mask. An entry that is rewritten unmasked is exposed to the events in
 * between, write by write. In both cases, who moved an interrupt looks at the old place after the last write, and takes
 * along what came there: a message that was composed before may come late (the device then sends it again, to the new
 * place, if it came later than that look). While MSI-X is disabled the device has nothing to send and events leave no bit; bits from
 * before stay, and go out when it is enabled.
 *
 * <pre>
 * capability  0x00  7:0 ID 0x11 | 15:8 next | 26:16 entries - 1 | 29:27 reserved | 30 function mask | 31 enable
 *             0x04  2:0 BAR of the table | 31:3 its offset there
 *             0x08  2:0 BAR of the pending-bit array | 31:3 its offset there
 * entry       0x00  address 31:2 | 1:0 read 0
 *             0x04  address 63:32
 *             0x08  data
 *             0x0c  0 mask | 31:1 reserved, read 0
 * </pre>
 *
 * <p>After reset it is disabled, and each entry is masked and zero otherwise.
 *
 * <p>Sources: PCI Local Bus Specification 3.0, 6.8.2 and 6.8.3; Linux, {@code pci_write_msg_msix}; QEMU, hw/pci/msix.c.
 */
public final class MsixTable extends MessageCapability {
    /*
     * Layout: three words an entry: address; mask << 32 | data; stamp. An entry is written by software that moves its
     * interrupt and read by every event: neighbours share a line, so a move costs the events of two or three others a
     * cache miss each. A pending bit shares its word with 63 others; only events on masked entries write there.
     *
     * Reserved bits of the vector control read 0 rather than what was written: they are reserved and preserved, and what
     * software preserves is the 0 that it read.
     */

    /** The capability's ID. */
    public static final int ID = 0x11;

    /** The most entries that a table can have. */
    public static final int MAX_ENTRIES = 2048;

    /** The size of an entry, in bytes. */
    public static final int ENTRY_BYTES = 16;

    private static final int SIZE_BYTES = 0x0c;
    private static final int FUNCTION_MASK = 1 << 14;
    private static final int ENABLE = 1 << 15;
    private static final int LAST_BAR = 5;

    private static final int STRIDE = 3;
    private static final int CONTROL = 1;
    private static final int STAMP = 2;
    private static final long MASK = CLOSED; // where the vector control's bit 0 is
    private static final VarHandle WORD =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final int table;
    private final int pendingArray;

    // written: the writer; read: raisers
    private final long[] words;
    private volatile int flags;

    /**
     * A capability as after reset, the only one of its device: its table is at the begin of BAR 0, the pending-bit array
     * follows.
     *
     * @param entries how many messages the device has, 1 to {@link #MAX_ENTRIES}
     * @param sink is given the messages; must not be null
     * @throws IllegalArgumentException if entries is out of range
     */
    public MsixTable(int entries, MessageSink sink) {
        this(entries, 0, 0, entries * ENTRY_BYTES, sink);
    }

    /**
     * A capability as after reset.
     *
     * @param entries how many messages the device has, 1 to {@link #MAX_ENTRIES}
     * @param next where the next capability is in configuration space, 0 if there is none
     * @param table what the capability says of the table: its BAR, 0 to 5, plus its offset there, a multiple of 8
     * @param pendingArray the same of the pending-bit array
     * @param sink is given the messages; must not be null
     * @throws IllegalArgumentException if one of these is out of range, or table and array overlap
     */
    public MsixTable(int entries, int next, int table, int pendingArray, MessageSink sink) {
        super(ID, next, SIZE_BYTES, checkEntries(entries), true, sink);
        checkBar("table", table);
        checkBar("pendingArray", pendingArray);
        long distance = (pendingArray & 0xffff_ffffL) - (table & 0xffff_ffffL);
        if ((distance & 7) == 0 && distance < tableBytes() && -distance < pendingBytes()) {
            throw new IllegalArgumentException("pendingArray=0x" + Integer.toHexString(pendingArray)
                    + " overlaps table=0x" + Integer.toHexString(table) + ", entries=" + entries);
        }
        this.table = table;
        this.pendingArray = pendingArray;
        flags = entries - 1;
        words = new long[entries * STRIDE];
        for (int entry = 0; entry < entries; entry++) {
            words[entry * STRIDE + CONTROL] = MASK;
        }
    }

    private static int checkEntries(int entries) {
        if (entries < 1 || entries > MAX_ENTRIES) {
            throw new IllegalArgumentException("entries=" + entries + ", minimum=1, maximum=" + MAX_ENTRIES);
        }
        return entries;
    }

    private static void checkBar(String name, int location) {
        if ((location & 7) > LAST_BAR) {
            throw new IllegalArgumentException(
                    name + "=0x" + Integer.toHexString(location) + ", BAR=" + (location & 7) + ", maximum=" + LAST_BAR);
        }
    }

    // ---- software: one writer at a time ----

    /**
     * Writes the table. Read-only and reserved bits keep what they are. One writer at a time, together with any number
     * of events; lock-free. If the entry is open and pending after this write, its message is sent before it returns, once
     * and as the entry is now.
     *
     * @param offset from the begin of the table, a multiple of the size
     * @param size 4 or 8 bytes; 8 are written at once
     * @param value little-endian; of 4 bytes, bits 63:32 are ignored
     * @throws IllegalArgumentException if the size is neither, or the offset is not aligned to it
     * @throws IndexOutOfBoundsException if the access is not inside the table
     */
    public void writeTable(int offset, int size, long value) {
        checkAccess(offset, size, 4, 8, tableBytes());
        int entry = offset / ENTRY_BYTES;
        int index = entry * STRIDE + (offset >>> 3 & 1);
        long bits = value;
        if (size == 4) {
            long low = 0xffff_ffffL;
            bits = (offset & 4) == 0 ? word(index) & ~low | value & low : word(index) & low | value << 32;
        }
        boolean control = (offset & 8) != 0;
        setWord(index, bits & (control ? MASK | 0xffff_ffffL : ~3L));
        int stamp = entry * STRIDE + STAMP;
        setWord(stamp, word(stamp) + ((offset & 12) == 12 ? MASK_WRITTEN : MESSAGE_WRITTEN));
        if (control) {
            settle(entry);
        }
    }

    /**
     * Reads the table. Any thread; wait-free.
     *
     * @param offset from the begin of the table, a multiple of the size
     * @param size 4 or 8 bytes; 8 are read at once
     * @return the little-endian value, not sign-extended
     * @throws IllegalArgumentException if the size is neither, or the offset is not aligned to it
     * @throws IndexOutOfBoundsException if the access is not inside the table
     */
    public long readTable(int offset, int size) {
        checkAccess(offset, size, 4, 8, tableBytes());
        return part(word(offset / ENTRY_BYTES * STRIDE + (offset >>> 3 & 1)), offset, size);
    }

    /**
     * Reads the pending-bit array, which software cannot write. Any thread; wait-free. Each bit is as it was when it was
     * looked at.
     *
     * @param offset from the begin of the array, a multiple of the size
     * @param size 4 or 8 bytes
     * @return bit {@code b} stands for entry {@code 8 * offset + b}; 0 for those the table does not have
     * @throws IllegalArgumentException if the size is neither, or the offset is not aligned to it
     * @throws IndexOutOfBoundsException if the access is not inside the array
     */
    public long readPending(int offset, int size) {
        checkAccess(offset, size, 4, 8, pendingBytes());
        return part(pendingWord(offset >>> 3), offset, size);
    }

    /**
     * Copies the table, byte by byte as it is in memory. Any thread; each half of an entry is read at once, all are not.
     *
     * @param target is given {@link #tableBytes} bytes at its position; its byte order does not matter
     * @throws IllegalArgumentException if it has not that many remaining; nothing was copied
     */
    public void copyTableTo(ByteBuffer target) {
        checkRemaining(target, tableBytes());
        for (int offset = 0; offset < tableBytes(); offset += 8) {
            put(target, readTable(offset, 8), 8);
        }
    }

    /**
     * Copies the pending-bit array, byte by byte as it is in memory. Any thread; each bit is as it was when it was looked
     * at.
     *
     * @param target is given {@link #pendingBytes} bytes at its position; its byte order does not matter
     * @throws IllegalArgumentException if it has not that many remaining; nothing was copied
     */
    public void copyPendingTo(ByteBuffer target) {
        checkRemaining(target, pendingBytes());
        for (int offset = 0; offset < pendingBytes(); offset += 8) {
            put(target, readPending(offset, 8), 8);
        }
    }

    /**
     * The size of the table.
     *
     * @return bytes, {@link #ENTRY_BYTES} for each entry
     */
    public int tableBytes() {
        return messages() * ENTRY_BYTES;
    }

    /**
     * The size of the pending-bit array.
     *
     * @return bytes, 8 for each 64 entries or part of them
     */
    public int pendingBytes() {
        return (messages() + 63 >>> 6) * 8;
    }

    @Override
    boolean isEnabled(int message) {
        return (flags & ENABLE) != 0;
    }

    @Override
    long address(int message) {
        return word(message * STRIDE);
    }

    @Override
    long state(int message) {
        long state = word(message * STRIDE + CONTROL);
        return (flags & (ENABLE | FUNCTION_MASK)) == ENABLE ? state : state | CLOSED;
    }

    @Override
    long stamp(int message) {
        return word(message * STRIDE + STAMP);
    }

    @Override
    int flags() {
        return flags;
    }

    @Override
    int dword(int offset) {
        return offset == 0x04 ? table : pendingArray;
    }

    @Override
    void setDword(int offset, int value) {
        if (offset == 0) {
            int writable = ENABLE | FUNCTION_MASK;
            flags = flags & ~writable | value >>> 16 & writable;
            settleAll();
        }
    }

    private long pendingWord(int word) {
        long bits = 0L;
        for (int entry = word << 6; entry < Math.min(messages(), (word << 6) + 64); entry++) {
            bits |= pending.test(entry) ? 1L << entry : 0L;
        }
        return bits;
    }

    private static long part(long word, int offset, int size) {
        return size == 8 ? word : word >>> 8 * (offset & 4) & 0xffff_ffffL;
    }

    private long word(int index) {
        return (long) WORD.getVolatile(words, index);
    }

    private void setWord(int index, long value) {
        WORD.setVolatile(words, index, value);
    }
}
