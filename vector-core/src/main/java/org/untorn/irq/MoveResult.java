// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/**
 * What became of a wish to move an interrupt. Whatever it is but {@link #MOVED}, the interrupt is where it was, and, but for
 * {@link #UNCHANGED}, its affinity what it was.
 */
public enum MoveResult {
    /** It is on another CPU now. */
    MOVED,
    /** The CPU it is on is in the mask: it stays. The mask is its affinity now. */
    UNCHANGED,
    /**
     * An earlier move is not over: another thread is in the middle of it, or the owner of the CPU it left has not
     * released the old vector, which it does at the end of its next poll. An owner that moves between its polls what is on
     * its CPU releases the old vector in the move.
     */
    BUSY,
    /**
     * Three-step only: another thread owns the CPU it is on. This protocol runs where nobody polls that CPU meanwhile:
     * on its owner's thread, or on any while it has none. May pass: a mover that tidies up after a move owns a CPU without
     * owner for a moment.
     */
    NOT_OWNER,
    /** The mask holds no CPU. */
    EMPTY_MASK,
    /** The mask holds no CPU of the domain that is online. */
    NO_ONLINE_CPU,
    /** No online CPU of the mask has a free vector. */
    NO_VECTOR,
    /** It is managed: it goes where its CPUs are, not where a user wants it. */
    MANAGED,
    /** It could not be made now and is kept, to be made at the next opportunity. */
    DEFERRED,
    /** It was deferred, and a later wish or {@link Irq#cancelMove} took its place. */
    CANCELLED,
    /** It is closed. */
    CLOSED
}
