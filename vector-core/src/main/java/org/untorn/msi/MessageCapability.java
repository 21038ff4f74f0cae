// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.untorn.pending.PendingBitmap;

/**
 * What the MSI and the MSI-X capability have in common: configuration space, and how an event meets masks and rewrites.
 */
abstract sealed class MessageCapability permits MsiCapability, MsixTable {
    /*
     * Overview: an event composes the message from one consistent look at the registers and sends it; or it sets the
     * pending bit, and whoever opens the message (clears the last mask over it) takes the bit and sends.
     *
     * Open: enabled, granted, no mask over it. Registers are written by one thread at a time; each is a volatile, and
     * after each write to what belongs to a message, the stamp of that message changes (the upper half for its address
     * and data, the lower half for its mask; a carry costs one needless repetition). Only a raiser that was suspended over
     * an exact multiple of 2^32 rewrites takes two stamps for one.
     *
     * I1 A bit that was set goes with exactly one take, and who took it sends or sets it again.
     *
     * M1 Event against unmask: the event sets the bit, then looks whether the message is open; the writer opens it, then
     *    looks for the bit. All four are synchronization actions (the fence and volatile read of PendingBitmap.raise
     *    where the bit was set already), so in their total order one of the two sees the other, and if both do, the
     *    atomic take of PendingBitmap.clear decides. Who found it closed did so at a moment after the bit was set: the
     *    write that opens it comes later, and finds the bit. Held by MaskRaceTest, whose control looks only once.
     *
     * M2 One look: stamp, address, data with masks, stamp again; each word is read once. Equal stamps leave room for one
     *    write at most, of one word, whose stamp is still to come. If it was seen, all that was read held together after it;
     *    if not, before it. (Read twice, a word could give its data before that write and its mask after.) So a message is
     *    never composed of two states, and none is composed while it is masked, however long its raiser was suspended. The
     *    flags of MSI-X lie over all entries and change no stamp; they are read last: between a write to the entry that
     *    has no stamp yet and the second stamp, its writer writes no flags. Held by MaskRaceTest, whose controls take no
     *    stamps, or read the masks first.
     *
     * M3 A message that was composed is sent some time later; hardware flushes such writes by a read, here nobody waits.
     *    So after it was sent the stamp is read once more. Changed: software may have left the old place before the
     *    message came there, and the event is raised again (twice sent, never lost). Unchanged: the message was there
     *    before the rewrite was complete, and who rewrote it finds it. It is the contract of MessageRegister. Held by
     *    MaskRaceTest, whose control sends once.
     */
    static final long MESSAGE_WRITTEN = 1L << 32;
    static final long MASK_WRITTEN = 1L;
    static final long CLOSED = 1L << 32; // of a state

    private final int id;
    private final int next;
    private final int sizeBytes;
    private final int messages;
    private final MessageSink sink;
    final PendingBitmap pending; // null if there are no masks; written: raisers, writer

    MessageCapability(int id, int next, int sizeBytes, int messages, boolean maskable, MessageSink sink) {
        if (next != 0 && (next < 0x40 || next > 0xfc || (next & 3) != 0)) {
            throw new IllegalArgumentException(
                    "next=" + next + ", expected=0, or a multiple of 4, minimum=64, maximum=252");
        }
        this.id = id;
        this.next = next;
        this.sizeBytes = sizeBytes;
        this.messages = messages;
        this.sink = Objects.requireNonNull(sink, "sink");
        pending = maskable ? new PendingBitmap(messages) : null;
    }

    // ---- of one message ----

    abstract boolean isEnabled(int message);

    abstract long address(int message);

    /**
     * The data in bits 31:0, {@link #CLOSED} if it is not enabled or a mask lies over it. Reads no word twice, and what
     * lies over all messages last (M2).
     */
    abstract long state(int message);

    abstract long stamp(int message);

    // ---- of configuration space ----

    abstract int flags();

    /** A dword after the first. */
    abstract int dword(int offset);

    /** Writes what is writable of a dword, the first one included. */
    abstract void setDword(int offset, int value);

    // ---- device: any thread ----

    /**
     * The device has an event for a message: sends it, or makes it pending if it is masked. Any thread; lock-free, it
     * repeats only what a write of the registers has overtaken. Allocates nothing.
     *
     * <p>An event is sent once, unless address or data are written between the moment the message is composed and the
     * return of {@link MessageSink#send}: then it is raised again. If the sink throws, the event is pending where there
     * are pending bits, and what was thrown goes to the caller.
     *
     * @param message the message's number, 0 to the number of messages, exclusive
     * @return what became of it
     * @throws IndexOutOfBoundsException if the number is out of range
     */
    public final EventResult event(int message) {
        if (message < 0 || message >= messages) {
            throw new IndexOutOfBoundsException("message=" + message + ", limit=" + messages);
        }
        return isEnabled(message) ? deliver(message) : EventResult.DISABLED;
    }

    private EventResult deliver(int message) {
        for (; ; ) {
            long stamp = stamp(message);
            long address = address(message);
            long state = state(message);
            if (stamp(message) != stamp) { // M2
                continue;
            }
            if ((state & CLOSED) == 0L) {
                send(message, address, (int) state);
                if (stamp(message) >>> 32 == stamp >>> 32) { // M3
                    return EventResult.SENT;
                }
            } else if (pending == null) {
                return EventResult.DISABLED;
            } else {
                pending.raise(message); // M1
                if (!isOpen(message) || !pending.clear(message)) {
                    return EventResult.PENDING;
                }
            }
        }
    }

    final boolean isOpen(int message) {
        return (state(message) & CLOSED) == 0L;
    }

    private void send(int message, long address, int data) {
        try {
            sink.send(address, data);
        } catch (Throwable thrown) { // it may have answered a bit that others set
            if (pending != null) {
                pending.raise(message);
            }
            throw thrown;
        }
    }

    // ---- software: one writer at a time ----

    /** To be called after each write that may have opened the message. What is closed keeps its bit all the time. */
    final void settle(int message) {
        if (pending != null && pending.test(message) && isOpen(message) && pending.clear(message)) { // M1
            deliver(message);
        }
    }

    final void settleAll() {
        for (int message = 0; message < messages; message++) {
            settle(message);
        }
    }

    /**
     * Reads the capability's registers in configuration space. Any thread; wait-free.
     *
     * @param offset from the begin of the capability, a multiple of the size
     * @param size 1, 2 or 4 bytes
     * @return the little-endian value, not sign-extended
     * @throws IllegalArgumentException if the size is none of these, or the offset is not aligned to it
     * @throws IndexOutOfBoundsException if the access is not inside the capability
     */
    public final int read(int offset, int size) {
        checkAccess(offset, size, 1, 4, sizeBytes);
        return load(offset & -4) >>> 8 * (offset & 3) & ones(size);
    }

    /**
     * Writes the capability's registers in configuration space. Read-only and reserved bits keep what they are. One
     * writer at a time, together with any number of events; lock-free. Pending messages that this write unmasks or enables
     * are sent before it returns, each once and as the registers are now.
     *
     * @param offset from the begin of the capability, a multiple of the size
     * @param size 1, 2 or 4 bytes
     * @param value little-endian; what is above the size is ignored
     * @throws IllegalArgumentException if the size is none of these, or the offset is not aligned to it
     * @throws IndexOutOfBoundsException if the access is not inside the capability
     */
    public final void write(int offset, int size, int value) {
        checkAccess(offset, size, 1, 4, sizeBytes);
        int shift = 8 * (offset & 3);
        int mask = ones(size) << shift;
        setDword(offset & -4, load(offset & -4) & ~mask | value << shift & mask);
    }

    /**
     * Copies the capability's registers, byte by byte as they are in configuration space. Any thread; each dword is read
     * at once, all of them are not.
     *
     * @param target is given {@code sizeBytes()} bytes at its position; its byte order does not matter
     * @throws IllegalArgumentException if it has not that many remaining; nothing was copied
     */
    public final void copyTo(ByteBuffer target) {
        checkRemaining(target, sizeBytes);
        for (int offset = 0; offset < sizeBytes; offset += 4) {
            put(target, load(offset), Math.min(4, sizeBytes - offset));
        }
    }

    /**
     * The size of the capability in configuration space.
     *
     * @return bytes
     */
    public final int sizeBytes() {
        return sizeBytes;
    }

    /**
     * How many messages the device can send.
     *
     * @return 1 to 32 for MSI, 1 to 2048 for MSI-X
     */
    public final int messages() {
        return messages;
    }

    private int load(int offset) {
        return offset == 0 ? id | next << 8 | flags() << 16 : dword(offset);
    }

    static void put(ByteBuffer target, long value, int size) {
        for (int index = 0; index < size; index++) {
            target.put((byte) (value >>> 8 * index));
        }
    }

    static void checkRemaining(ByteBuffer target, int size) {
        if (target.remaining() < size) {
            throw new IllegalArgumentException("remaining=" + target.remaining() + ", minimum=" + size);
        }
    }

    static void checkAccess(int offset, int size, int sizeMin, int sizeMax, int limit) {
        if (size < sizeMin || size > sizeMax || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("offset=" + offset + ", size=" + size
                    + ", expected a power of two, minimum=" + sizeMin + ", maximum=" + sizeMax);
        }
        if (offset < 0 || offset > limit - size) {
            throw new IndexOutOfBoundsException("offset=" + offset + ", size=" + size + ", limit=" + limit);
        }
        if ((offset & size - 1) != 0) {
            throw new IllegalArgumentException("offset=" + offset + ", size=" + size + ", expected an aligned offset");
        }
    }

    private static int ones(int size) {
        return -1 >>> 32 - 8 * size;
    }
}
