// SPDX-License-Identifier: Apache-2.0
package org.untorn.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.untorn.agrona.SignalIdleStrategy;
import org.untorn.agrona.UnannouncedIdleStrategy;
import org.untorn.irq.Irq;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;

/** The examples do what they say, and what has a control is seen not to do it with one thing left out. */
class ExamplesTest {
    @Test
    void mains_run() throws Exception {
        TwoAgentRunners.main(new String[0]);
        EventLoops.main(new String[0]);
        Rebalancer.main(new String[0]);
        NetworkCard.main(new String[0]);
    }

    @Test
    void twoAgentRunners_sourcesMovedWithoutPause_loseNothing() throws Exception {
        TwoAgentRunners.Result result = TwoAgentRunners.run(1_000, 60_000, SignalIdleStrategy::new);
        System.out.println(result);
        assertEquals(0, result.lost());
        assertTrue(result.raises() > 0 && result.moves() > 0, result.toString());
    }

    @Test
    void twoAgentRunners_idleStrategyThatTellsNobody_isSeenToHang() throws Exception {
        TwoAgentRunners.Result result = TwoAgentRunners.run(60_000, 1_000, cpu -> new UnannouncedIdleStrategy());
        assertTrue(result.lost() > 0, result.toString());
    }

    /** Rates 1 to 6, all on one CPU of three: 21 runs a step become 7 on each. */
    @Test
    void rebalancer_allOnOneCpu_spreadsTheLoad_andComesToRest() {
        VectorDomain domain = VectorDomain.ofCpus(3);
        List<Irq> irqs = new ArrayList<>();
        for (int rate = 1; rate <= 6; rate++) {
            irqs.add(domain.irq(source -> {}).affinity(CpuMask.of(0)).open().orElseThrow());
        }
        for (int cpu = 0; cpu < 3; cpu++) {
            domain.cpu(cpu).claim();
        }
        Rebalancer rebalancer = new Rebalancer(domain);
        List<Integer> moved = new ArrayList<>();
        long[] load = new long[3];
        for (int step = 0; step < 20; step++) {
            for (int cpu = 0; cpu < 3; cpu++) {
                load[cpu] = -domain.cpu(cpu).runs();
            }
            for (int tick = 0; tick < 6; tick++) {
                for (int rate = 1; rate <= 6; rate++) {
                    if (tick < rate) {
                        irqs.get(rate - 1).raise();
                    }
                }
                for (int cpu = 0; cpu < 3; cpu++) {
                    domain.cpu(cpu).poll();
                }
            }
            for (int cpu = 0; cpu < 3; cpu++) {
                load[cpu] += domain.cpu(cpu).runs();
            }
            Optional<Rebalancer.Move> move = rebalancer.step();
            move.ifPresent(each -> moved.add(irqs.indexOf(each.irq()) + 1));
            assertTrue(step < 10 || move.isEmpty(), "it does not come to rest: " + moved);
        }
        assertArrayEquals(new long[] {7, 7, 7}, load, "moved " + moved);
        assertEquals(List.of(), domain.verify());
    }

    @Test
    void rebalancer_managedSource_staysWhereItIs() {
        VectorDomain domain = VectorDomain.ofCpus(2);
        Irq alone = domain.irq(source -> {}).affinity(CpuMask.of(0)).open().orElseThrow();
        Irq managed = domain.irq(source -> {})
                .affinity(CpuMask.of(0))
                .managed()
                .open()
                .orElseThrow();
        domain.cpu(0).claim();
        Rebalancer rebalancer = new Rebalancer(domain);
        for (int run = 0; run < 10; run++) {
            alone.raise();
            managed.raise();
            domain.cpu(0).poll();
        }
        assertEquals(Optional.of(alone), rebalancer.step().map(Rebalancer.Move::irq), "10 of 20 runs, half");
        for (int run = 0; run < 10; run++) {
            managed.raise();
            domain.cpu(0).poll();
        }
        assertEquals(Optional.empty(), rebalancer.step());
    }
}
