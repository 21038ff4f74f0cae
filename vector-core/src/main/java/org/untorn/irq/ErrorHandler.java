// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/** Is told what a handler threw. */
@FunctionalInterface
public interface ErrorHandler {
    /**
     * Reports what a handler threw. Called on the thread that ran the handler, from within {@link Cpu#poll()}, after
     * the run has ended; the same rules hold as in a handler. What it throws itself ends the poll and reaches the
     * caller of the poll; the vectors that poll had taken and not served stay pending.
     *
     * @param irq the interrupt whose handler threw
     * @param error what it threw
     */
    void onError(Irq irq, Throwable error);
}
