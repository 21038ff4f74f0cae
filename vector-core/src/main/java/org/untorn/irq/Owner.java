// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/**
 * A thread as the owner of CPUs: one object a thread, so that "is it me" is one comparison and a CPU is claimed by one
 * compareAndSet. A thread that takes a CPU twice stores the same object twice; that is no ABA, since only that thread
 * takes it away again, or whoever finds that the thread has ended.
 */
final class Owner {
    private static final ThreadLocal<Owner> CURRENT = ThreadLocal.withInitial(Owner::new);

    final Thread thread = Thread.currentThread();

    /**
     * The CPU that this thread is polling, or null. Written: this thread. Read: movers, after they tried to claim the
     * pending bit of the vector they left; the mark is set before the poll takes, so a mover that finds the bit gone
     * finds the mark, or the poll is over and the bit was served or put back.
     */
    volatile Cpu inside;

    /** What the handler that ran last threw, until it is reported. This thread only. */
    Throwable error;

    private Owner() {}

    static Owner current() {
        return CURRENT.get();
    }
}
