// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

/**
 * Sources of signals that can be moved from worker to worker while they are raised.
 *
 * <p><b>Roles.</b> <i>Raiser</i>: any thread. <i>Mover</i>: any thread, one at a time for a source, unless it says
 * otherwise. <i>Worker</i>: the thread that attached to it.
 */
public interface MovePath extends AutoCloseable {
    /** Makes the calling thread that of a worker. */
    default void attach(int worker) {}

    /** Signals a source. Raiser. */
    void raise(int source);

    /**
     * Moves a source to a worker, which must not be where it is. Mover.
     *
     * @return true once it is there; false if it is not yet, or an earlier move is not over: to be called again, the same
     */
    boolean move(int source, int worker);

    /** Runs the handlers of what was raised, and does what movers asked for; returns how many ran. Worker. */
    int poll(int worker);

    /** Ends the threads it has, if any. */
    @Override
    default void close() {}
}
