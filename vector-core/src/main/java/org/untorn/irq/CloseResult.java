// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/** How far a close has come. */
public enum CloseResult {
    /** The handler does not run and will never run again. */
    CLOSED,
    /** A run is in service, on another thread or on the caller's own stack, or a move is; no new run will start. */
    CLOSING
}
