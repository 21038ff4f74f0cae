// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.untorn.irq.Internals;
import org.untorn.irq.Irq;
import org.untorn.irq.VectorDomain;

/**
 * What a move pays for the flight recorder while no recording asks for it.
 *
 * <p>Hypothesis. Two tests of a static field: less than a nanosecond more than {@link #nothing}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class EventsBench {
    private final Irq irq = VectorDomain.ofCpus(1).irq(source -> {}).open().orElseThrow();

    @Benchmark
    public Irq nothing() {
        return irq;
    }

    @Benchmark
    public Irq moveNotRecorded() {
        Internals.tellOfMove(irq);
        return irq;
    }
}
