// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

/**
 * A signal path whose sources can be moved from worker to worker while they are raised.
 *
 * <p><b>Roles.</b> <i>Raiser</i>, <i>mover</i>: any thread. <i>Worker</i>: the thread that attached to it.
 */
public interface MovePath {
    /** Makes the calling thread that of a worker. */
    default void attach(int worker) {}

    /** Signals a source. Raiser. */
    void raise(int source);

    /** Moves a source to a worker; returns whether it was moved, false if it was there or an earlier move is not over. */
    boolean move(int source, int worker);

    /** Runs the handlers of what was raised, and does what movers asked for; returns how many ran. Worker. */
    int poll(int worker);
}
