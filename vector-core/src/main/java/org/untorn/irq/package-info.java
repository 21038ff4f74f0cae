// SPDX-License-Identifier: Apache-2.0
/**
 * Raise, poll and move interrupts.
 *
 * <p>A {@linkplain org.untorn.irq.VectorDomain domain} has <i>CPUs</i> and <i>interrupts</i>. A {@linkplain
 * org.untorn.irq.Cpu CPU} is polled by one thread at a time, its <i>owner</i>; in a thread-per-core program it is a
 * worker. An {@linkplain org.untorn.irq.Irq interrupt} is one source of signals: any thread raises it, the owner of the
 * CPU it is on runs its handler, and it can be <i>moved</i> to another CPU while it fires.
 *
 * <p><b>Progress.</b> {@code raise} and {@code retrigger} are lock-free: a raise is repeated only when the interrupt
 * was moved under it. No operation waits for a thread; where another one is in the way, the answer says so ({@code
 * BUSY}). A handler that does not return delays its own interrupt, nobody else's: the others can be moved away.
 *
 * <p><b>Memory.</b> What happens-before a raise happens-before the run of the handler that answers it, also when the
 * raise found the interrupt pending already.
 */
package org.untorn.irq;
