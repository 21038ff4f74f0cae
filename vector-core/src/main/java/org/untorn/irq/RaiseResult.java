// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/** What became of a raise. */
public enum RaiseResult {
    /** The interrupt was made pending. */
    RAISED,
    /** It was pending already: one run will answer both. */
    COALESCED,
    /** It has no place to be pending at, being shut down or in the middle of a masked move: it will be raised when it has. */
    HELD,
    /** It is closed: nothing was done. */
    CLOSED
}
