// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/**
 * Wakes the owner of a CPU, wherever it sleeps: {@code selector::wakeup}, an event loop's own wake-up, a semaphore.
 *
 * <p>Called by raisers, movers and others that found the owner asleep; by several at once, and, by one that was suspended
 * in between, also for an owner that is awake by then or has released the CPU. So it must be idempotent, and a call that comes early must not be
 * lost on the sleep that follows: that of {@code Selector.wakeup} and {@code LockSupport.unpark} is not. It must not block,
 * since it runs within {@link Irq#raise}, where the caller may hold any lock, should not allocate, and must not raise an
 * interrupt of a CPU whose owner sleeps: that would call it again. What it throws is
 * reported to {@link ErrorHandler#onWakerError}, and the raise goes on.
 */
@FunctionalInterface
public interface Waker {
    /** Wakes the owner. */
    void wake();
}
