// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

/** What became of an event that a device had for a message. */
public enum EventResult {
    /** The message was sent. */
    SENT,
    /** It is masked: its pending bit is set, or was set and was answered by whoever unmasked it. */
    PENDING,
    /**
     * The capability is disabled, or software did not grant the device that many messages. Nothing was sent, unless it
     * was disabled between the sending of a message that was just being rewritten and its repetition.
     */
    DISABLED
}
