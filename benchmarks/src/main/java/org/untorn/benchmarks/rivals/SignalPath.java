// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

/**
 * The way of a signal from whoever signals to a handler.
 *
 * <p><b>Roles.</b> <i>Producer</i>: one thread here, though most of these would take more. <i>Consumer</i>: one thread,
 * the one that attached.
 */
public interface SignalPath {
    /**
     * Signals a source. Producer.
     *
     * @return false if there was no room: nothing was done
     */
    boolean signal(int source);

    /** Runs the handler of every source that was signalled before this call; returns how many ran. Consumer. */
    int drain();

    /** Makes the calling thread the consumer. */
    default void attach() {}
}
