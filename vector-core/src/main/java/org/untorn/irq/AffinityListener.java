// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import org.untorn.matrix.CpuMask;

/** Is told when an interrupt had to go where it should not. */
@FunctionalInterface
public interface AffinityListener {
    /**
     * Reports that a CPU went offline and none of the others that an interrupt may be on was online or had a vector, so it
     * was moved to another. Called on the thread that took it off, with nothing held; it may do what a handler may.
     *
     * @param irq the interrupt
     * @param affinity the CPUs it should be on
     */
    void onBrokenAffinity(Irq irq, CpuMask affinity);
}
