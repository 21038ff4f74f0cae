// SPDX-License-Identifier: Apache-2.0
package org.untorn.examples;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.untorn.irq.DomainSnapshot;
import org.untorn.irq.DomainSnapshot.CpuCounts;
import org.untorn.irq.DomainSnapshot.IrqCounts;
import org.untorn.irq.Irq;
import org.untorn.irq.MoveResult;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;

/**
 * Shows how load is balanced by moving sources, not work: a policy beside the library that looks at its counters now and
 * then, and moves one source from the busiest CPU to the idlest. Nothing is stolen, and no owner is disturbed: each
 * source is served by one thread before the move, and by one after it.
 *
 * <p>The policy: of the sources whose rate is at most half of the difference between the two CPUs, the busiest. A busier
 * one would only make the other CPU the busiest. It comes to rest when no move improves anything, and leaves managed
 * sources alone. A run counts as a run, however long it takes.
 */
public final class Rebalancer {
    private final VectorDomain domain;
    private DomainSnapshot before;

    /** Begins to watch. */
    public Rebalancer(VectorDomain domain) {
        this.domain = domain;
        before = domain.snapshot();
    }

    /** A move that was made. */
    public record Move(Irq irq, int from, int to) {}

    /** Looks at what was counted since the last call, and moves one source if that helps. One thread, any. */
    public Optional<Move> step() {
        DomainSnapshot now = domain.snapshot();
        DomainSnapshot recent = now.since(before);
        before = now;
        Comparator<CpuCounts> byLoad = Comparator.comparingLong(CpuCounts::runs);
        List<CpuCounts> online =
                recent.cpus().stream().filter(CpuCounts::online).sorted(byLoad).toList();
        CpuCounts idlest = online.get(0);
        CpuCounts busiest = online.get(online.size() - 1);
        long limit = (busiest.runs() - idlest.runs()) / 2;
        return recent.irqs().stream()
                .filter(each -> each.cpu() == busiest.cpu() && !each.managed())
                .filter(each -> each.runs() > 0 && each.runs() <= limit)
                .max(Comparator.comparingLong(IrqCounts::runs))
                .filter(each -> each.irq().setAffinity(CpuMask.of(idlest.cpu())) == MoveResult.MOVED)
                .map(each -> new Move(each.irq(), busiest.cpu(), idlest.cpu()));
    }

    /** Six sources, the busier the higher their number, all on CPU 0 of three: prints each move and the loads. */
    public static void main(String[] args) throws InterruptedException {
        VectorDomain domain = VectorDomain.ofCpus(3);
        List<Irq> irqs = new ArrayList<>();
        List<Thread> owners = new ArrayList<>();
        for (int number = 0; number < 6; number++) {
            irqs.add(domain.irq(source -> {})
                    .name("source" + number)
                    .affinity(CpuMask.of(0))
                    .open()
                    .orElseThrow());
        }
        for (int cpu = 0; cpu < 3; cpu++) {
            owners.add(new Thread(domain.cpu(cpu)::run, "owner-" + cpu));
        }
        owners.forEach(Thread::start);
        Rebalancer rebalancer = new Rebalancer(domain);
        for (int step = 0; step < 12; step++) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
            for (int tick = 0; System.nanoTime() - end < 0; tick++) {
                for (int number = 0; number < 6; number++) {
                    if (tick % (6 - number) == 0) {
                        irqs.get(number).raise();
                    }
                }
                LockSupport.parkNanos(100_000);
            }
            rebalancer.step().ifPresent(System.out::println);
        }
        System.out.print(rebalancer.before);
        domain.close();
        for (Thread owner : owners) {
            owner.join();
        }
    }
}
