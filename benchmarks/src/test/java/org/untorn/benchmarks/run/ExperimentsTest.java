// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.untorn.benchmarks.trace.AffinityMoves;

/** Every step of every experiment, for a moment: that it ends and gives figures, not which. */
class ExperimentsTest {
    private static final Effort A_MOMENT = new Effort(1, false, 0, 1, Duration.ofMillis(2), Duration.ofMillis(30), 16);

    @TempDir
    private static Path directory;

    @BeforeAll
    static void allowOtherJmhRuns() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    private static List<Experiment> all() {
        return Experiments.all(AffinityMoves.bundled(), depth -> A_MOMENT);
    }

    @Test
    void everyStep_forAMoment_givesFigures_andEachTargetFindsIts() throws Exception {
        List<Measurement> found = new ArrayList<>();
        for (Experiment experiment : all()) {
            runAll(experiment, found);
        }
        for (Target target : Target.all()) {
            TargetResult result = target.evaluate(found);
            assertNotEquals(TargetResult.Status.NOT_MEASURED, result.status(), target::title);
        }
    }

    /** So that the test above has run what a quick run does. */
    @Test
    void quickSteps_areAmongTheFull() {
        for (Experiment experiment : all()) {
            Set<String> full = new HashSet<>();
            experiment.steps(Depth.FULL).forEach(step -> full.add(step.title()));
            for (Experiment.Step step : experiment.steps(Depth.QUICK)) {
                assertTrue(full.contains(step.title()), step::title);
            }
        }
    }

    private static void runAll(Experiment experiment, List<Measurement> found) throws Exception {
        Set<List<Object>> keys = new HashSet<>();
        for (Experiment.Step step : experiment.steps(Depth.FULL)) {
            step.run(directory, each -> {
                assertEquals(experiment.id(), each.experiment());
                assertTrue(each.value() >= 0, each::toString); // 0 where a thread had no turn in that moment
                assertTrue(keys.add(List.of(each.subject(), each.parameters(), each.unit())), () -> "twice: " + each);
                found.add(atFullScale(each));
            });
        }
        assertFalse(keys.isEmpty());
    }

    /** As if the largest domain had been as large as in a run. */
    private static Measurement atFullScale(Measurement of) {
        if (!of.parameters().equals(ScaleExperiment.parameters(A_MOMENT.largestScale()))) {
            return of;
        }
        return new Measurement(
                of.experiment(),
                of.subject(),
                of.group(),
                ScaleExperiment.parameters(ScaleExperiment.LARGEST),
                of.unit(),
                of.value(),
                of.error(),
                of.also());
    }

    @Test
    void quickRun_asEstimated_takesFourMinutesAtMost_fullRunTwentyFive() {
        assertTrue(estimate(Depth.QUICK) <= 240, () -> "seconds=" + estimate(Depth.QUICK));
        assertTrue(estimate(Depth.FULL) <= 1500, () -> "seconds=" + estimate(Depth.FULL));
    }

    private static double estimate(Depth depth) {
        return Experiments.all(AffinityMoves.bundled()).stream()
                .flatMap(experiment -> experiment.steps(depth).stream())
                .mapToDouble(Experiment.Step::seconds)
                .sum();
    }
}
