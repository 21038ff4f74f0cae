// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/**
 * How Linux decides by which protocol to move an interrupt whose message is written in two steps; see {@link
 * VectorDomain.IrqBuilder#policy}.
 *
 * <p>It writes the message directly where that is safe: the source can be masked (and is, while it is moved), the vector
 * stays the same, or the interrupt has not been started. Else it takes the three steps.
 */
public enum MigrationPolicy {
    /** As it is meant to be: commit 6f1a4891a592. */
    LINUX,
    /**
     * As 6.1.192 and 6.12.107 do it: commit b56ebe7c896d inverted the first condition, so that a source that
     * <i>cannot</i> be masked is written directly, with the torn window open. It loses; it is here to be looked at.
     */
    LINUX_6_1
}
