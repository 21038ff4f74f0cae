// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/** What became of a raise. */
public enum RaiseResult {
    /** The interrupt was made pending. */
    RAISED,
    /** It was pending already: one run will answer both. */
    COALESCED,
    /** It is closed: nothing was done. */
    CLOSED
}
