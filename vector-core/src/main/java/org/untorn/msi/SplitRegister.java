// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

/**
 * A message register whose address and data are written one after the other, as PCI configuration space is: between
 * the two writes it holds the address of one message with the data of another. It exists to model hardware, to
 * reproduce the tear, and to measure what its cure costs.
 *
 * <p><b>Roles.</b> Reader: any thread. Writer: one thread at a time.
 *
 * <p><b>Progress.</b> Every operation is wait-free.
 *
 * <p><b>Memory.</b> Every access is volatile: what happens-before a write happens-before what follows a read that sees
 * it.
 *
 * <p>The stamp changes after each of the two writes, and {@link #read} reads it before address and data. So a reading
 * that {@link #isCurrent} confirms is either not torn, or its torn state is in the register still, and then the mover
 * that wrote it has not finished: it is the mover that has to look after what was raised by it.
 *
 * <p>Source: Linux, {@code __pci_write_msi_msg} (drivers/pci/msi): address, then data, each a write of its own.
 */
public final class SplitRegister implements MessageRegister {
    private static final int STAMP_SHIFT = Long.SIZE - STAMP_BITS;

    // written: the writer; read: raisers
    private volatile int address; // the low dword
    private volatile int data;
    private volatile long stamp;

    /** An unprogrammed register. */
    public SplitRegister() {}

    /**
     * A register that holds a message.
     *
     * @param message must not be null
     * @throws IllegalArgumentException if the message is of the remappable format
     */
    public SplitRegister(MsiMessage message) {
        writeAddress(message);
        writeData(message);
    }

    @Override
    public long read() {
        long before = stamp; // first: a stamp read later could confirm an address read earlier
        return before << STAMP_SHIFT | PairedRegister.bits(address, data);
    }

    @Override
    public boolean isCurrent(long reading) {
        return stamp << STAMP_SHIFT >>> STAMP_SHIFT == reading >>> STAMP_SHIFT;
    }

    /**
     * Writes the address of a message, and leaves the data. Writer only.
     *
     * @param message must not be null
     * @throws IllegalArgumentException if the message is of the remappable format
     */
    public void writeAddress(MsiMessage message) {
        PairedRegister.bits(message); // checks the format
        setAddress((int) message.address());
    }

    /**
     * Writes the data of a message, and leaves the address. Writer only.
     *
     * @param message must not be null
     * @throws IllegalArgumentException if the message is of the remappable format
     */
    public void writeData(MsiMessage message) {
        PairedRegister.bits(message); // checks the format
        setData(message.data());
    }

    /**
     * Writes the address of {@link MsiMessage#of}(destination, any), and leaves the data. Writer only. Allocates
     * nothing.
     *
     * @param destination the destination ID, 0 to {@link MsiMessage#MAX_DESTINATION}
     * @throws IllegalArgumentException if it is out of range
     */
    public void writeAddress(int destination) {
        MsiMessage.checkDestination(destination);
        setAddress((int) MsiMessage.addressOf(destination));
    }

    /**
     * Writes the data of {@link MsiMessage#of}(any, vector), and leaves the address. Writer only. Allocates nothing.
     *
     * @param vector the vector, {@link MsiMessage#MIN_VECTOR} to {@link MsiMessage#MAX_VECTOR}
     * @throws IllegalArgumentException if it is out of range
     */
    public void writeData(int vector) {
        MsiMessage.checkVector(vector);
        setData(vector);
    }

    /**
     * Makes the register unprogrammed: the data first, so that no address is left that the data does not belong to.
     * Writer only.
     */
    public void unprogram() {
        setData(0);
        setAddress(0);
    }

    @Override
    public String toString() {
        return message() + " stamp=" + stamp;
    }

    private void setAddress(int value) {
        address = value;
        stamp = nextStamp();
    }

    private void setData(int value) {
        data = value;
        stamp = nextStamp();
    }

    private long nextStamp() {
        return stamp + 1; // one writer at a time: nobody else writes in between
    }
}
