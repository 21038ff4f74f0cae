// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.untorn.irq.Cpu;
import org.untorn.irq.Irq;
import org.untorn.irq.MoveResult;
import org.untorn.irq.OfflineResult;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;

/**
 * A CPU with 200 interrupts goes offline; the others have 100 each, so that there is room, and no owner.
 *
 * <p>Hypothesis. It is 200 moves, each of which searches a CPU among all: it grows with the depth of the index.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsPrepend = "-Xmx4g")
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class OfflineBench {
    private static final int LEAVING = 200;
    private static final int OTHERS = 100;

    @Param({"4", "16", "64", "256", "1024", "4096"})
    public int cpus;

    private VectorDomain domain;
    private Cpu cpu;
    private Irq[] leaving;
    private Irq[] others;
    private CpuMask here;
    private CpuMask anywhere;
    private int runs;

    @Setup
    public void setUp() {
        domain = VectorDomain.ofCpus(cpus);
        cpu = domain.cpu(0);
        here = CpuMask.of(0);
        anywhere = CpuMask.range(0, cpus);
        leaving = new Irq[LEAVING];
        for (int i = 0; i < LEAVING; i++) {
            leaving[i] = open(0);
        }
        others = new Irq[(cpus - 1) * OTHERS];
        for (int i = 0; i < others.length; i++) {
            others[i] = open(1 + i / OTHERS);
        }
    }

    private Irq open(int on) {
        return domain.irq(irq -> runs++).affinity(CpuMask.of(on)).open().orElseThrow();
    }

    @Setup(Level.Invocation)
    public void comeBack() {
        cpu.online();
        for (Irq irq : leaving) {
            MoveResult result = irq.setAffinity(here);
            if (result != MoveResult.MOVED && result != MoveResult.UNCHANGED) {
                throw new IllegalStateException(irq + ": " + result);
            }
            irq.setAffinity(anywhere);
        }
    }

    @Benchmark
    public OfflineResult offline() {
        OfflineResult result = cpu.offline();
        if (result.status() != OfflineResult.Status.DONE || result.toMove() != LEAVING) {
            throw new IllegalStateException(result.toString());
        }
        return result;
    }
}
