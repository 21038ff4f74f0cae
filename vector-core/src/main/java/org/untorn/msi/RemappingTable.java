// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An interrupt-remapping table: a device's message is a constant, the handle of an entry, and the entry says where it
 * goes. A move rewrites one word, whether the device can be masked or not.
 *
 * <p><b>Roles.</b> Every operation may be called by any thread, together with every other.
 *
 * <p><b>Progress.</b> {@link #read} and {@link #isCurrent} are wait-free. {@link #allocate} and {@link Entry#free} are
 * lock-free.
 *
 * <p><b>Memory.</b> What happens-before a write of an entry happens-before what follows a read that sees it. What
 * happens-before a free happens-before what follows the allocation of that handle.
 *
 * <p>An entry is laid out as a {@link MessageRegister} reading, vector 0 if it is not present. Its stamp goes on when its
 * handle is freed and given out again.
 *
 * <p>Sources: Intel VT-d specification, 9.10 (vector and destination share the low word of an entry); Linux, {@code
 * modify_irte} (intel/irq_remapping.c).
 */
public final class RemappingTable {
    /*
     * Layout: with a stride of 1, eight entries share a 64-byte line and 512 a page of 4096. Raises only read them; a
     * move costs the raisers of seven others a cache miss each. A stride of 8 gives each a line of its own, 16 a pair of
     * lines, for tables whose entries move all the time.
     *
     * I1 A bit of taken is set by the compareAndSet of an allocation and cleared by the one free of that entry, after its
     *    word was made non-present: an allocated word is non-present, and changes only through its one Entry.
     * I2 Each write adds 1 to the stamp of the word, over all its entries: no reading of a former one is ever current.
     *
     * M1 allocate, free: read-modify-writes of one word of taken order the tenants of a handle.
     * M2 An entry reads its word first, then whether it was freed. If not, the word was read before free had even begun
     *    to release the handle: it is this tenant's. The other order could read the next tenant's.
     * M3 A compareAndSet of a reading from before the free fails by the stamp (I2), one from after it by the test.
     */

    /** The most entries that a table can have: a handle has 16 bits. */
    public static final int MAX_SIZE = 1 << 16;

    /** The largest distance from an entry to the next, in longs. */
    public static final int MAX_STRIDE = 16;

    private static final int STAMP_SHIFT = Long.SIZE - MessageRegister.STAMP_BITS;
    private static final long STAMP_UNIT = 1L << STAMP_SHIFT;
    private static final VarHandle WORD =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final int size;
    private final int strideShift;
    private final long[] words; // written: movers; read: raisers
    private final long[] taken; // bit h % 64 of word h / 64: handle h is allocated, or there is none; written: all
    private volatile int hint; // the word of taken where a handle was found last

    /**
     * A table with no entry allocated, its entries side by side.
     *
     * @param size the number of entries, 1 to {@link #MAX_SIZE}
     * @throws IllegalArgumentException if the size is out of range
     */
    public RemappingTable(int size) {
        this(size, 1);
    }

    /**
     * A table with no entry allocated.
     *
     * @param size the number of entries, 1 to {@link #MAX_SIZE}
     * @param strideLongs the distance from an entry to the next, a power of two, 1 (side by side: a move of one costs the
     *     raisers of seven others a cache miss) to {@link #MAX_STRIDE} (128 bytes: each alone)
     * @throws IllegalArgumentException if either is none of these
     */
    public RemappingTable(int size, int strideLongs) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("size=" + size + ", minimum=1, maximum=" + MAX_SIZE);
        }
        if (strideLongs < 1 || strideLongs > MAX_STRIDE || Integer.bitCount(strideLongs) != 1) {
            throw new IllegalArgumentException(
                    "strideLongs=" + strideLongs + ", expected a power of two, minimum=1, maximum=" + MAX_STRIDE);
        }
        this.size = size;
        strideShift = Integer.numberOfTrailingZeros(strideLongs);
        words = new long[size + 1 << strideShift]; // one more: the last is kept apart from other objects too
        taken = new long[size + 63 >>> 6];
        if ((size & 63) != 0) {
            taken[taken.length - 1] = -1L << size; // the shift count is taken mod 64
        }
    }

    /**
     * The number of entries.
     *
     * @return 1 to {@link #MAX_SIZE}
     */
    public int size() {
        return size;
    }

    // ---- software: any thread ----

    /**
     * Allocates an entry, not present yet. Lock-free.
     *
     * @return the entry; null if no handle was free when it was looked at
     */
    public Entry allocate() {
        int start = hint;
        for (int step = 0; step < taken.length; step++) {
            int index = start + step < taken.length ? start + step : start + step - taken.length;
            for (long before = word(taken, index); before != -1L; before = word(taken, index)) {
                int bit = Long.numberOfTrailingZeros(~before);
                if (compareAndSetWord(taken, index, before, before | 1L << bit)) { // M1
                    if (step != 0) {
                        hint = index;
                    }
                    return new Entry(this, (index << 6) + bit);
                }
            }
        }
        return null;
    }

    /**
     * How many entries are allocated.
     *
     * @return the number; racy while entries are allocated and freed
     */
    public int allocated() {
        int count = (size & 63) == 0 ? 0 : (size & 63) - 64;
        for (int index = 0; index < taken.length; index++) {
            count += Long.bitCount(word(taken, index));
        }
        return count;
    }

    // ---- bus: any thread ----

    /**
     * Reads the entry that a handle names, as the remapping hardware does for a message that a device sent. Wait-free.
     * Who keeps the {@link Entry} reads that instead: it does not take the next tenant's message for its own.
     *
     * @param handle 0 to {@link #size()}, exclusive
     * @return the reading; its vector is 0 if the entry is not present
     * @throws IndexOutOfBoundsException if the handle is out of range
     */
    public long read(int handle) {
        checkHandle(handle);
        return word(words, handle << strideShift);
    }

    /**
     * Whether an entry was not written since a reading. Wait-free.
     *
     * @param handle 0 to {@link #size()}, exclusive
     * @param reading what {@link #read} returned
     * @return true if the message it holds is still the one that was read
     * @throws IndexOutOfBoundsException if the handle is out of range
     */
    public boolean isCurrent(int handle, long reading) {
        return read(handle) == reading;
    }

    @Override
    public String toString() {
        return "size=" + size + " allocated=" + allocated();
    }

    /**
     * An allocated entry. It belongs to who allocated it until it is freed, and is not present for ever after.
     *
     * <p>Every operation may be called by any thread, together with every other.
     */
    public static final class Entry implements MessageRegister {
        private static final VarHandle FREED = ConstantBootstraps.fieldVarHandle(
                        lookup(), "freed", VarHandle.class, Entry.class, boolean.class)
                .withInvokeExactBehavior();

        private final RemappingTable table;
        private final int handle;
        private final int index;
        private volatile boolean freed;

        private Entry(RemappingTable table, int handle) {
            this.table = table;
            this.handle = handle;
            index = handle << table.strideShift;
        }

        /**
         * The handle.
         *
         * @return 0 to the table's size, exclusive
         */
        public int handle() {
            return handle;
        }

        /**
         * The message that the device is given once and for all.
         *
         * @return {@link MsiMessage#remappable(int)} of the handle
         */
        public MsiMessage deviceMessage() {
            return MsiMessage.remappable(handle);
        }

        @Override
        public long read() {
            long reading = table.word(table.words, index);
            return freed ? 0L : reading; // M2
        }

        @Override
        public boolean isCurrent(long reading) {
            return table.word(table.words, index) == reading;
        }

        /**
         * Makes the entry name {@link MsiMessage#of}(destination, vector), unless it was written since a reading.
         * Lock-free; allocates nothing.
         *
         * @param reading what {@link #read} returned
         * @param destination the destination ID, 0 to {@link MsiMessage#MAX_DESTINATION}
         * @param vector the vector, {@link MsiMessage#MIN_VECTOR} to {@link MsiMessage#MAX_VECTOR}
         * @return true if it was written, false if somebody else wrote since the reading, or it was freed
         * @throws IllegalArgumentException if destination or vector is out of range
         */
        public boolean compareAndSet(long reading, int destination, int vector) {
            MsiMessage.checkDestination(destination);
            MsiMessage.checkVector(vector);
            return !freed // M3
                    && table.compareAndSetWord(
                            table.words, index, reading, next(reading) | (long) destination << 8 | vector);
        }

        /**
         * Makes the entry not present. Lock-free.
         *
         * @return what it held before; 0 if it was freed
         */
        public long unprogram() {
            for (; ; ) {
                long before = table.word(table.words, index);
                if (freed) { // M2
                    return 0L;
                }
                if (table.compareAndSetWord(table.words, index, before, next(before))) { // M3
                    return before;
                }
            }
        }

        /**
         * Makes the entry not present for ever, and its handle free for the next {@link RemappingTable#allocate}.
         * Lock-free.
         *
         * @return true if it was freed by this call, false if it was free already
         */
        public boolean free() {
            if (!compareAndSetFreed()) {
                return false;
            }
            for (long before = table.word(table.words, index);
                    !table.compareAndSetWord(table.words, index, before, next(before)); ) {
                before = table.word(table.words, index);
            }
            table.release(handle);
            return true;
        }

        private boolean compareAndSetFreed() {
            return FREED.compareAndSet(this, false, true);
        }

        @Override
        public String toString() {
            return "handle=" + handle + (freed ? " freed" : " " + message() + " stamp=" + (read() >>> STAMP_SHIFT));
        }

        private static long next(long word) {
            return (word & -STAMP_UNIT) + STAMP_UNIT;
        }
    }

    private void release(int handle) {
        getAndBitwiseAndWord(taken, handle >>> 6, ~(1L << handle)); // M1
    }

    private void checkHandle(int handle) {
        if (handle < 0 || handle >= size) {
            throw new IndexOutOfBoundsException("handle=" + handle + ", limit=" + size);
        }
    }

    private long word(long[] words, int index) {
        return (long) WORD.getVolatile(words, index);
    }

    private boolean compareAndSetWord(long[] words, int index, long expected, long value) {
        return WORD.compareAndSet(words, index, expected, value);
    }

    private long getAndBitwiseAndWord(long[] words, int index, long bits) {
        return (long) WORD.getAndBitwiseAnd(words, index, bits);
    }
}
