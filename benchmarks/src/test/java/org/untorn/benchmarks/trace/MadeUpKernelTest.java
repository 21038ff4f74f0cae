// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MadeUpKernelTest {
    @ParameterizedTest
    @CsvSource({
        "2, 40, d...", // exhausted all the time
        "3, 44, d..1.",
        "4, 48, d.h3.",
        "8, 50, dNH.",
        "8, 235, d..2.",
        "64, 38, d..4.",
    })
    void replay_machinesOfOtherSizes_nothingDiffers(int cpus, int end, String flags) throws IOException {
        int refused = 0;
        int unplugged = 0;
        for (int seed = 0; seed < 20; seed++) {
            MadeUpKernel kernel = new MadeUpKernel(seed, cpus, end, flags);
            Replay replay = Runs.replay(Runs.reader(kernel.run(1500)));
            assertEquals(List.of(), replay.tally().firstMismatches(), "seed " + seed);
            refused += kernel.refused;
            unplugged += kernel.unplugged;
        }
        assertTrue(cpus > 3 || refused > 100 && unplugged > 10, refused + " refused, " + unplugged + " not unplugged");
    }
}
