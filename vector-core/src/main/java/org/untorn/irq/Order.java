// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/**
 * In which order a poll serves what is pending. In none of them is a vector starved: a poll without a limit serves all
 * of it, and a poll with one goes on where the last one stopped.
 */
public enum Order {
    /** Lowest vector first. The default: it is the cheapest, and in a poll that serves everything the order is no promise. */
    LOWEST_FIRST,
    /** Highest vector first, as the local APIC does, whose priority class is the vector divided by 16. */
    HIGHEST_FIRST,
    /** Every poll begins behind the vector that the last one served last, so that no vector is always the first. */
    ROUND_ROBIN
}
