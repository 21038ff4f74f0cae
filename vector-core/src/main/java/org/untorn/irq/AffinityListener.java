// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import org.untorn.matrix.CpuMask;

/** Is told when an interrupt had to go where it should not. */
@FunctionalInterface
public interface AffinityListener {
    /**
     * Reports that a CPU went offline and none of the others that an interrupt may be on was online or had a vector, so it
     * was moved to another. Called on the thread that moved it, that is who called {@link Cpu#offline} or the owner of that CPU
     * between two polls, with nothing held; it may do what a handler may. What it throws goes to the {@link ErrorHandler}.
     *
     * @param irq the interrupt
     * @param affinity the CPUs it should be on
     */
    void onBrokenAffinity(Irq irq, CpuMask affinity);
}
