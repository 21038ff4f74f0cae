// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import java.util.function.IntConsumer;
import org.untorn.benchmarks.Mover;
import org.untorn.irq.Cpu;
import org.untorn.irq.Irq;
import org.untorn.irq.MoveResult;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;

/** This library: a worker is a CPU, a source an interrupt. Two movers may be at one source. */
final class UntornMoves implements MovePath {
    private final VectorDomain domain;
    private final Irq[] irqs;
    private final Cpu[] cpus;
    private final CpuMask[] masks;

    UntornMoves(Mover mover, int workers, int[] starts, IntConsumer handler) {
        domain = VectorDomain.ofCpus(workers);
        cpus = new Cpu[workers];
        masks = new CpuMask[workers];
        for (int i = 0; i < workers; i++) {
            cpus[i] = domain.cpu(i);
            masks[i] = CpuMask.of(i);
        }
        irqs = new Irq[starts.length];
        for (int i = 0; i < irqs.length; i++) {
            int index = i;
            irqs[i] = mover.apply(domain.irq(irq -> handler.accept(index)))
                    .affinity(masks[starts[i]])
                    .open()
                    .orElseThrow();
        }
    }

    @Override
    public void attach(int worker) {
        if (!cpus[worker].claim()) {
            throw new IllegalStateException(cpus[worker] + " has an owner: " + cpus[worker].owner());
        }
    }

    @Override
    public void raise(int source) {
        irqs[source].raise();
    }

    @Override
    public boolean move(int source, int worker) {
        MoveResult result = irqs[source].setAffinity(masks[worker]);
        if (result != MoveResult.MOVED && result != MoveResult.BUSY && result != MoveResult.UNCHANGED) {
            throw new IllegalStateException(irqs[source] + ": " + result);
        }
        return result == MoveResult.MOVED;
    }

    @Override
    public int poll(int worker) {
        return cpus[worker].poll();
    }
}
