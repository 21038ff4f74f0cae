// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/** Is told what a handler or a waker threw. */
@FunctionalInterface
public interface ErrorHandler {
    /**
     * Reports what a handler threw. Called on the thread that ran the handler, from within {@link Cpu#poll()}, after
     * the run has ended; the same rules hold as in a handler. What it throws itself ends the poll and reaches the
     * caller of the poll; the vectors that poll had taken and not served stay pending.
     *
     * <p>Reports also what a listener or the callback of a deferred move threw, on whatever thread called it, and then what
     * it throws itself goes to that thread's uncaught exception handler.
     *
     * @param irq the interrupt whose handler threw
     * @param error what it threw
     */
    void onError(Irq irq, Throwable error);

    /**
     * Reports what a waker threw: the owner of that CPU may go on sleeping, with something pending. Called on the thread
     * that raised, in the middle of it; what it throws itself goes to that thread's uncaught exception handler, and the
     * raise goes on. Unless overridden, it logs.
     *
     * @param cpu the CPU whose owner was to be woken
     * @param error what the waker threw
     */
    default void onWakerError(Cpu cpu, Throwable error) {
        System.getLogger("org.untorn.irq").log(System.Logger.Level.ERROR, () -> "waker of " + cpu + " threw", error);
    }
}
