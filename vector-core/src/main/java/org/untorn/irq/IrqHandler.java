// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/** What an interrupt does when it is served. */
@FunctionalInterface
public interface IrqHandler {
    /**
     * Serves an interrupt. Called by the owner of a CPU from within {@link Cpu#poll()}; two runs of one interrupt never
     * overlap. It sees what its raisers wrote before they raised. One run may answer many raises, and a run may come
     * without a new raise (spurious): look at the state, do not count calls.
     *
     * <p>The first run may come before {@link VectorDomain.IrqBuilder#open} has returned: use the argument, not a field that
     * holds what it returned.
     *
     * <p>It may raise, retrigger, mask, move and close any interrupt, its own too, and take any CPU offline. It must not poll,
     * release or sleep: that is an error. While it does not return, its interrupt runs nowhere else, and its CPU serves nothing.
     *
     * @param irq the interrupt
     * @throws Exception what it throws goes to the domain's {@link ErrorHandler}
     */
    void onInterrupt(Irq irq) throws Exception;
}
