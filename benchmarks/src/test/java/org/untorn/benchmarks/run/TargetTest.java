// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.untorn.benchmarks.run.TargetResult.Status;

class TargetTest {
    private static Measurement roundTrip(String subject, String group, int threads, double value) {
        return new Measurement(
                "signal",
                subject,
                group,
                Map.of("shape", "round trip", "threads", Integer.toString(threads)),
                "signals/s",
                value,
                Double.NaN,
                Map.of());
    }

    private static TargetResult result(String title, Measurement... measurements) {
        return Target.all().stream()
                .filter(target -> target.title().startsWith(title))
                .map(target -> target.evaluate(List.of(measurements)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void target_isMetOnItsSideOfTheLimit() {
        Measurement untorn = roundTrip("Untorn", "", 1, 100);
        TargetResult met = result("Round trip, throughput", untorn, roundTrip("dirty list", "the same job", 1, 80));
        assertEquals(Status.MET, met.status());
        assertEquals(1.25, met.ratio());
        assertEquals("Untorn / dirty list", met.basis());
        assertEquals(
                Status.MISSED,
                result("Round trip, throughput", untorn, roundTrip("dirty list", "the same job", 1, 101))
                        .status());
    }

    @Test
    void targetAgainstSeveral_isJudgedAgainstTheFastest() {
        TargetResult result = result(
                "Round trip, time beside the fastest bare queue",
                roundTrip("Untorn", "", 1, 100),
                roundTrip("slow", "less", 1, 50),
                roundTrip("fast", "less", 1, 300),
                roundTrip("floor", "floor", 1, 900));
        assertEquals(3, result.ratio(), 1e-9);
        assertEquals(Status.MISSED, result.status());
        assertEquals("Untorn / fast", result.basis());
    }

    @Test
    void target_figureMissingOrOfThreeThreads_isNotMeasured() {
        Measurement untorn = roundTrip("Untorn", "", 1, 100);
        assertEquals(
                Status.NOT_MEASURED, result("Round trip, throughput", untorn).status());
        assertEquals(
                Status.NOT_MEASURED,
                result("Round trip, throughput", untorn, roundTrip("dirty list", "the same job", 3, 1))
                        .status());
    }
}
