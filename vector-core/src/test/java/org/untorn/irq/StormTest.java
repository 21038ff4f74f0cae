// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code -Dstorm.seconds=N} makes it longer, {@code -Dstorm.seed=N} repeats one. */
class StormTest {
    private static final long MILLIS = TimeUnit.SECONDS.toMillis(Long.getLong("storm.seconds", 10)) / 3;

    @ParameterizedTest
    @CsvSource({"2, LOWEST_FIRST, true", "3, HIGHEST_FIRST, false", "4, ROUND_ROBIN, true"})
    void everythingAtOnce_losesNothing_leaksNothing_overlapsNever(int pollers, Order order, boolean counting)
            throws Exception {
        long seed = Long.getLong("storm.seed", System.nanoTime());
        System.out.println("storm.seed=" + seed + ", pollers=" + pollers);
        Storm.Result result = new Storm(seed, Storm.Way.LIBRARY, order, counting).run(MILLIS, pollers, false);
        System.out.println(result);
        assertEquals(List.of(), result.findings(), result.toString());
        assertEquals(0, result.lost(), result.toString());
        assertEquals(0, result.overlaps(), result.toString());
        assertTrue(result.raises() > 0 && result.moves() > 0 && result.offlines() > 0 && result.closes() > 0);
    }
}
