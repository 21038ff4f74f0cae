// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.untorn.benchmarks.Mover;
import org.untorn.irq.Cpu;
import org.untorn.irq.Irq;
import org.untorn.irq.MoveResult;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;

/**
 * A whole move, nothing raised meanwhile: set the affinity, and the poll of the CPU it left, which releases the old
 * vector.
 *
 * <p>Hypothesis. What a move costs is the matrix (a count and a bit taken, a count and a bit given back), the two slots
 * and the control word: about a dozen atomics. The register is one of them, or four when it is split, so the protocols
 * differ little; three-step-always adds a raise and the spurious run it causes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class MoveBench {
    @Param
    public Mover mover;

    private final VectorDomain domain = VectorDomain.ofCpus(4);
    private final Cpu[] cpus = {domain.cpu(0), domain.cpu(1)};
    private final CpuMask[] masks = {CpuMask.of(0), CpuMask.of(1)};
    private int here;
    private Irq irq;
    private int runs;

    @Setup
    public void setUp() {
        cpus[0].claim();
        cpus[1].claim();
        irq = mover.apply(domain.irq(source -> runs++).affinity(masks[0]))
                .open()
                .orElseThrow();
    }

    @Benchmark
    public int move() {
        int there = 1 - here;
        if (irq.setAffinity(masks[there]) != MoveResult.MOVED) {
            throw new IllegalStateException("not moved: " + irq);
        }
        int ran = cpus[here].poll();
        here = there;
        return mover == Mover.THREE_STEP_ALWAYS ? ran + cpus[there].poll() : ran;
    }
}
