// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/**
 * How far a CPU has come offline.
 *
 * @param status how far
 * @param toMove how many vectors the other CPUs had to take over, when it was asked for; 0 if it was no longer online
 * @param available how many they had free; 0 if it was no longer online
 * @param owner {@link Status#LEAVING}: the thread that has to end its poll, if there is one; null otherwise
 * @param serving {@link Status#LEAVING}: the interrupt whose handler it runs, if it runs one; null otherwise
 */
public record OfflineResult(Status status, int toMove, int available, Thread owner, Irq serving) {
    /** How far. */
    public enum Status {
        /** Nothing is on the CPU any more. */
        DONE,
        /**
         * What is on it is moved off or will be, and it is given nothing new; it is offline when its owner has ended its
         * poll, or when a later call finds nothing in the way. Also the answer while another thread is taking it off or
         * bringing it back: a later call knows.
         */
        LEAVING,
        /** The other CPUs lack vectors; nothing was changed. */
        NO_VECTORS
    }
}
