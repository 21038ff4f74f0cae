// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import org.untorn.pending.PendingBitmap;

/** What benchmarks and stress tests see that users do not. */
public final class Internals {
    private Internals() {}

    /** What is pending on a CPU. */
    public static PendingBitmap pending(Cpu cpu) {
        return cpu.pending();
    }

    /** All that a move has to do with the flight recorder. */
    public static void tellOfMove(Irq irq) {
        Events.move(irq, 0, 32, 1, 33, false, Events.begin());
    }
}
