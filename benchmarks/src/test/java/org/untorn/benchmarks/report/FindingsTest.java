// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.untorn.benchmarks.run.Measurement;

/** Change the figures, and the sentence changes. */
class FindingsTest {
    private static String signal(double ours) {
        return Findings.bars(
                Panel.of(new MadeUpRun().ours(ours).results(), "signal").get(0));
    }

    @Test
    void bars_winningAndLosing_isSaid() {
        assertEquals(
                "Untorn is 1.99 × as fast as " + MadeUpRun.DIRTY_LIST + " (the same job), 1.80 × as fast as "
                        + MadeUpRun.FASTEST_QUEUE + " (the fastest of “less”) and 0.63 × as fast as AtomicLongArray"
                        + " (the fastest of “floor”).",
                signal(1.8));
        assertTrue(signal(0.5).contains("0.50 × as fast as " + MadeUpRun.FASTEST_QUEUE), signal(0.5));
        assertTrue(signal(1.01).contains("within the errors as fast as " + MadeUpRun.FASTEST_QUEUE), signal(1.01));
    }

    @Test
    void bars_timeIsBetterIfLess() {
        Panel moves = Panel.of(new MadeUpRun().results(), "migration").get(0);
        assertEquals(
                "Of ours, stamped is the fastest (182 ns); it is 0.72 × as fast as global lock (Linux’ way) (the fastest"
                        + " of “the same job”).",
                Findings.bars(moves));
    }

    @Test
    void bars_nothingOfOurs_givesTheRange_andLimitsTheMultiples() {
        Panel limits = Panel.of(new MadeUpRun().results(), "limits").get(0);
        assertEquals("volatile read is 20.5 × as fast as full fence.", Findings.bars(limits));
        assertEquals(
                "An atomic-or takes 5.90 ns; in its multiples: volatile read 0.069 ×, exchange 0.98 × and full fence"
                        + " 1.42 ×.",
                Findings.limits(limits));
    }

    @Test
    void bars_throughputDuringMoves_isAShareOfTheUndisturbed() {
        List<Measurement> raised = List.of(
                raised("stamped", "", 0.62),
                raised("three-step", "", 0.4),
                raised("global lock", "the same job", 0.71));
        assertEquals(
                "Of the undisturbed throughput, this is left: 71 % (global lock), 62 % (stamped) and 40 % (three-step).",
                Findings.bars(new Panel(Map.of(), "raises/s", raised)));
    }

    private static Measurement raised(String subject, String group, double share) {
        return new Measurement(
                "migration", subject, group, Map.of(), "raises/s", 1e8, 1e6, Map.of("share of undisturbed", share));
    }

    @Test
    void growth_isRightEndThroughLeftEnd() {
        List<LineChart.Series> curves = List.of(
                new LineChart.Series("raise", new double[] {4, 64, 4096}, new double[] {10, 30, 12}),
                new LineChart.Series("poll", new double[] {4, 4096}, new double[] {10, 9}));
        assertEquals(
                "From 4 to 4,096 CPUs the cost changes by a factor of 1.20 (raise) and 0.90 (poll).",
                Findings.growth(curves, "CPUs"));
    }

    @Test
    void tail_comparesWithTheFirst() {
        List<Measurement> curves = Latency.charts(new MadeUpRun().results()).get("busy-spin owner, 2 threads");
        assertEquals(
                "The 99.9th percentile is 4.11 µs for “undisturbed”, 1.02 × that for “1,000 moves/s” and 2.70 × that for"
                        + " “100,000 moves/s”.",
                Findings.tail(curves, "p99.9"));
    }

    @Test
    void lost_nothing() {
        assertTrue(
                Findings.lost(Lost.of(new MadeUpRun().results())).startsWith("Nothing of the library lost a raise;"));
    }

    @Test
    void libraryLost_isOursOnly() {
        assertEquals(false, new MadeUpRun().results().libraryLost(), "a control must lose");
        assertEquals(true, new MadeUpRun().lost(1).results().libraryLost());
    }

    @Test
    void title_putsNumbersBeforeTheirWord() {
        Map<String, String> parameters = new java.util.LinkedHashMap<>();
        parameters.put("shape", "burst");
        parameters.put("raises", "64");
        parameters.put("threads", "1");
        assertEquals("burst, 64 raises, 1 thread", Panel.title(parameters));
    }

    @ParameterizedTest
    @CsvSource({
        "12.345, ns/op, 12.3 ns",
        "1234, ns/op, 1.23 µs",
        "999.9, ns/op, 1.00 µs",
        "0.4123, ns/op, 0.41 ns",
        "41234567, signals/s, 41.2 M/s",
        "3100, bytes, 3.03 KiB",
        "0, ns/op, 0 ns",
        "NaN, ns, – ns",
    })
    void figure_hasThreeDigits(double value, String unit, String text) {
        assertEquals(text, Figures.of(value, unit));
    }
}
