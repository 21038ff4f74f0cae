// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/** Why a pending bit was asked for: the counters of an interrupt, kept where the domain counts. */
final class Cause {
    static final int RAISED = 0;
    static final int RETRIGGERED = 1; // by a user, or by a move
    static final int FORWARDED = 2; // found at a place that was left
    static final int HANDED_OFF = 3; // found running elsewhere
    static final int REPLAYED = 4; // held while masked or detached
    static final int REPEATED = 5; // the interrupt was moved under the raise
    static final int COALESCED = 6; // of all these: found pending already
    static final int CLAIMED = 7; // taken at the old place by a move
    static final int COUNT = 8;
    static final int STRIDE = 16; // longs

    private Cause() {}
}
