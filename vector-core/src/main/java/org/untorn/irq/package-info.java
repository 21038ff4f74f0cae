// SPDX-License-Identifier: Apache-2.0
/**
 * Raise, poll and move interrupts.
 *
 * <p><b>Terms.</b> In brackets: in a thread-per-core program.
 *
 * <dl>
 *   <dt>{@linkplain org.untorn.irq.Cpu CPU} (worker)
 *   <dd>a target of interrupts: a table of 256 <i>vectors</i> (slots), what is <i>pending</i>, one owner at a time
 *   <dt>owner (the worker's thread)
 *   <dd>the thread that polls a CPU; may change over time, never two at once. A thread that finds none and needs one, to move
 *       or close something, stands in for a moment
 *   <dt>{@linkplain org.untorn.irq.Irq interrupt} (socket, timer, queue)
 *   <dd>a source of signals: a handler, the CPUs it may be on (<i>affinity</i>), the CPU and vector it is on
 *   <dt>raise (signal, {@code wakeup()})
 *   <dd>makes the interrupt pending where it is, and wakes that owner if it sleeps; raises of a pending interrupt
 *       <i>coalesce</i>
 *   <dt>poll (a duty cycle)
 *   <dd>the owner takes what is pending and runs the handlers; what it is asked for it does at the <i>boundary</i>, between two
 *       polls
 *   <dt>move (rebalancing)
 *   <dd>changes an interrupt's CPU and vector while it may fire, by a {@linkplain org.untorn.irq.Protocol protocol}; the old
 *       vector is <i>released</i> by the owner it has left
 *   <dt>retrigger
 *   <dd>makes an interrupt pending again, as if its device had raised it
 *   <dt>mask, unmask (pause, resume)
 *   <dd>holds an interrupt back; what was raised meanwhile runs once after it
 *   <dt>offline, online (shrink, grow the pool)
 *   <dd>takes a CPU out, all its interrupts moved off, and brings it back
 *   <dt>managed
 *   <dd>with a vector reserved on each CPU of its affinity; <i>shut down</i>, not moved, when the last of them goes offline
 *   <dt>spurious
 *   <dd>a run without a new raise: allowed, bounded
 *   <dt>stray
 *   <dd>a pending bit that came late, at a place that was left; its raiser has raised again
 * </dl>
 *
 * <p><b>Progress.</b> {@code raise} and {@code retrigger} are lock-free: a raise is repeated only when the interrupt
 * was moved under it. No operation waits for a thread, but those that say so ({@code awaitClosed}, {@code SignalIdle}, {@code
 * run}); where another one is in the way, the answer says so ({@code BUSY}). A handler that does not return delays its own
 * interrupt, nobody else's: the others can be moved away.
 *
 * <p><b>Memory.</b> What happens-before a raise happens-before the run of the handler that answers it, also when the
 * raise found the interrupt pending already. A run happens-before the next run of the same interrupt.
 *
 * <p><b>Sleep.</b> An owner that announces its sleep misses no wake-up: who raises an interrupt of its CPU, or asks something
 * of it, either is seen by the owner before it sleeps or calls its {@link org.untorn.irq.Waker}.
 *
 * <p><b>Refusals and errors.</b> What may happen in a correct program is a result ({@code MoveResult}, {@code CloseResult},
 * {@code OfflineResult}, {@code RaiseResult}, an empty {@code Optional}); what only a wrong one does is an exception that names the
 * value and its limits, and then nothing has changed. A null where none is allowed is a {@code NullPointerException}.
 */
package org.untorn.irq;
