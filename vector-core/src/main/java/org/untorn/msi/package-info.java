// SPDX-License-Identifier: Apache-2.0
/**
 * Message-signalled interrupts: the (address, data) pair a device sends, and the registers that hold it.
 *
 * <p>The <i>address</i> of a message names the CPU, its <i>data</i> the vector. A <i>torn</i> read sees the address of
 * one message with the data of another. A {@link org.untorn.msi.PairedRegister} holds both in one word and cannot be
 * read torn; a {@link org.untorn.msi.SplitRegister} is written in two steps, as PCI configuration space is. Both carry
 * a <i>stamp</i> that changes with every write, so that a reader can tell that what it read is no longer there.
 *
 * <p>{@link org.untorn.msi.MsiCapability} and {@link org.untorn.msi.MsixTable} model the registers of PCI devices, byte by
 * byte: what an <i>event</i> of the device sends goes to a {@link org.untorn.msi.MessageSink}, or waits in a <i>pending
 * bit</i> for the end of a mask. A {@link org.untorn.msi.RemappingTable} lets the message of a device be constant, and
 * rewrites one word instead.
 *
 * <p>A message is a pair of numbers laid out as the Intel and PCI specifications say; a <i>reading</i> of a register is one
 * long, decoded by {@link org.untorn.msi.MessageRegister}, so that raisers allocate nothing. An <i>unprogrammed</i> register names
 * no place (vector 0) and must not be raised. Registers are read by any thread, wait-free; who may write them, each says.
 * Every access is volatile or stronger: what happens-before a write happens-before what follows a read that sees it.
 */
package org.untorn.msi;
