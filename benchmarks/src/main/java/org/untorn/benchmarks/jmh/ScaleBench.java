// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.untorn.irq.Cpu;
import org.untorn.irq.Internals;
import org.untorn.irq.Irq;
import org.untorn.irq.MoveResult;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;

/**
 * The operations in a domain that is small or large, its CPUs nearly full. Whatever its size, four CPUs are used, which lie
 * as far apart as they can, and sixteen interrupts of each: so the same number of cache lines is touched.
 *
 * <p>Hypothesis. A raise and a poll look at nothing that grows with the domain: at most 1.5 times as long at 4096 CPUs as
 * at 4, the rest being pages that are farther apart. To allocate is to search an index, so it grows with its depth.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsPrepend = "-Xmx4g")
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ScaleBench {
    private static final int USED_CPUS = 4;
    private static final int USED_PER_CPU = 16;
    private static final int USED = USED_CPUS * USED_PER_CPU;

    @Param({"4", "16", "64", "256", "1024", "4096"})
    public int cpus;

    private VectorDomain domain;
    private final Irq[] used = new Irq[USED];
    private final Cpu[] usedCpus = new Cpu[USED_CPUS];
    private final CpuMask[] masks = new CpuMask[USED_CPUS];
    private Irq[] all; // else they could be collected
    private int runs;
    private final IntConsumer count = vector -> runs++;
    private int here;

    /** How many interrupts a domain has. */
    public static int interrupts(int cpus) {
        return Math.min(200 * cpus, 800_000);
    }

    /** The four CPUs have an owner; the others have none, nor have these where an interrupt is opened anywhere. */
    @Setup
    public void setUp(BenchmarkParams params) {
        domain = VectorDomain.ofCpus(cpus);
        all = new Irq[interrupts(cpus)];
        List<List<Irq>> ofCpu = new ArrayList<>();
        for (int cpu = 0; cpu < USED_CPUS; cpu++) {
            usedCpus[cpu] = domain.cpu(cpu * (cpus / USED_CPUS));
            masks[cpu] = CpuMask.of(usedCpus[cpu].index());
            ofCpu.add(new ArrayList<>());
        }
        for (int i = 0; i < all.length; i++) {
            all[i] = domain.irq(irq -> runs++).open().orElseThrow();
            int cpu = all[i].target().cpu();
            if (cpu % (cpus / USED_CPUS) == 0) {
                ofCpu.get(cpu / (cpus / USED_CPUS)).add(all[i]);
            }
        }
        for (Cpu cpu : usedCpus) {
            if (!params.getBenchmark().endsWith("openClose") && !cpu.claim()) {
                throw new IllegalStateException(cpu + " has an owner: " + cpu.owner());
            }
        }
        for (int i = 0; i < USED; i++) { // a CPU after the other, and again: as a raiser would meet them
            used[i] = ofCpu.get(i % USED_CPUS).get(i / USED_CPUS);
        }
    }

    /** The bits are cleared at once after the last. */
    @Benchmark
    @OperationsPerInvocation(USED)
    public int raise() {
        for (Irq irq : used) {
            irq.raise();
        }
        for (Cpu cpu : usedCpus) {
            Internals.pending(cpu).takeLowestFirst(count);
        }
        return runs;
    }

    @Benchmark
    @OperationsPerInvocation(USED)
    public int raisePoll() {
        for (Irq irq : used) {
            irq.raise();
        }
        return poll();
    }

    @Benchmark
    @OperationsPerInvocation(USED_CPUS)
    public int pollEmpty() {
        return poll();
    }

    private int poll() {
        int ran = 0;
        for (Cpu cpu : usedCpus) {
            ran += cpu.poll();
        }
        return ran;
    }

    /** Opens one more, anywhere, and closes it. */
    @Benchmark
    public Irq openClose() {
        Irq irq = domain.irq(source -> runs++).open().orElseThrow();
        irq.close();
        return irq;
    }

    @Benchmark
    public int move() {
        int there = 1 - here;
        if (used[0].setAffinity(masks[there]) != MoveResult.MOVED) {
            throw new IllegalStateException("not moved: " + used[0]);
        }
        int ran = usedCpus[here].poll();
        here = there;
        return ran;
    }
}
