// SPDX-License-Identifier: Apache-2.0
package org.example.consumer;

import org.untorn.irq.Cpu;
import org.untorn.irq.Irq;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;
import org.untorn.msi.MsiMessage;
import org.untorn.pending.PendingBitmap;

/** Uses each package once, and moves an interrupt. */
public final class Main {
    private Main() {}

    /**
     * Prints where the interrupt ran.
     *
     * @param args not used
     */
    public static void main(String[] args) {
        VectorDomain domain = VectorDomain.ofCpus(2);
        Cpu old = domain.cpu(0);
        Cpu next = domain.cpu(1);
        Irq irq = domain.irq(source -> System.out.println("served on CPU " + source.target().cpu()))
                .affinity(CpuMask.of(0))
                .open()
                .orElseThrow();
        old.claim();
        next.claim();
        irq.raise();
        old.poll();
        irq.setAffinity(CpuMask.of(1));
        irq.raise();
        old.poll();
        next.poll();
        PendingBitmap pending = new PendingBitmap();
        pending.raise(MsiMessage.of(1, 40).vector());
        System.out.println(pending);
    }
}
