// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.untorn.matrix.CpuMask;

@State(Scope.Thread)
public class CpuMaskBench {
    private final CpuMask mask = CpuMask.of(4095);

    @Benchmark
    public int next() {
        return mask.next(0);
    }
}
