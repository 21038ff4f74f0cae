// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

/**
 * Where the messages of a device go: the bus, as the device sees it.
 *
 * <p>It is called on the thread that raised the event or that wrote the register which let a pending one out, by
 * several at once if they are several. What happens-before the event happens-before what follows here. After it
 * has returned, the device looks whether the message was rewritten meanwhile, and if so sends the new one too; for that
 * look to come after the delivery, the delivery has to be a volatile access, as that of a pending bitmap is.
 */
@FunctionalInterface
public interface MessageSink {
    /**
     * Takes one message. It gets what the registers hold, whether that is a message or not: a device does not know. May
     * raise events and write registers of the same device, if its thread may.
     *
     * @param address the 64-bit address
     * @param data the 32-bit data; of an MSI capability, bits 31:16 are 0
     */
    void send(long address, int data);
}
