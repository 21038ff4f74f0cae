// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import org.untorn.msi.PairedRegister;
import org.untorn.msi.SplitRegister;

/**
 * How a move rewrites the register of an interrupt while it may be read. Each of them loses nothing.
 *
 * @see <a href="https://git.kernel.org/torvalds/c/6f1a4891a592">Linux commit 6f1a4891a592: the three steps</a>
 */
public enum Protocol {
    /**
     * One compareAndSet of a {@link PairedRegister}, from any thread. A raiser re-reads the register after it set the
     * bit and raises again if it was written meanwhile. The default.
     */
    STAMPED,
    /**
     * A {@link SplitRegister}: the new vector on the old CPU, then the new CPU, then a check whether the new vector is
     * pending on the old CPU, and a retrigger if it is. Needs the old CPU to stand still: the mover is its owner, or it
     * has none, else {@link MoveResult#NOT_OWNER}. A raise in the middle may run another interrupt, which has the new
     * vector on the old CPU, once more, as it does on hardware.
     */
    THREE_STEP,
    /** A {@link SplitRegister}: the same two writes from any thread, then a retrigger without a check. */
    THREE_STEP_ALWAYS,
    /**
     * A {@link SplitRegister} of a device that can be masked: mask, write both halves, unmask, and replay what was raised
     * meanwhile. From any thread.
     */
    MASKED
}
