// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import java.util.function.IntConsumer;
import org.untorn.irq.Cpu;
import org.untorn.irq.Irq;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;

/** This library. One consumer owns as many CPUs as its sources need. */
final class UntornPath implements SignalPath {
    private static final int SOURCES_PER_CPU = 192;

    private final Irq[] irqs;
    private final Cpu[] cpus;

    UntornPath(int sources, IntConsumer handler) {
        VectorDomain domain = VectorDomain.ofCpus((sources + SOURCES_PER_CPU - 1) / SOURCES_PER_CPU);
        cpus = new Cpu[domain.cpus()];
        for (int i = 0; i < cpus.length; i++) {
            cpus[i] = domain.cpu(i);
        }
        irqs = new Irq[sources];
        for (int i = 0; i < sources; i++) {
            int index = i;
            irqs[i] = domain.irq(irq -> handler.accept(index))
                    .affinity(CpuMask.of(i / SOURCES_PER_CPU))
                    .open()
                    .orElseThrow();
        }
    }

    @Override
    public void attach() {
        for (Cpu cpu : cpus) {
            if (!cpu.claim()) {
                throw new IllegalStateException(cpu + " has an owner: " + cpu.owner());
            }
        }
    }

    @Override
    public boolean signal(int source) {
        irqs[source].raise();
        return true;
    }

    @Override
    public int drain() {
        int runs = 0;
        for (Cpu cpu : cpus) {
            runs += cpu.poll();
        }
        return runs;
    }
}
