// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.untorn.benchmarks.run.Measurement;

/** The figures of a run as tables; what lost stays in them. */
final class Tables {
    private Tables() {}

    /** A panel: every figure, what else was counted, and each speed as a multiple of our best. */
    static Table panel(Panel panel) {
        Optional<Measurement> ours = panel.best(Kind.OURS);
        List<String> also = new ArrayList<>(new TreeSet<>(panel.measurements().stream()
                .flatMap(each -> each.also().keySet().stream())
                .toList()));
        List<String> headings = new ArrayList<>(List.of("subject", "kind", panel.unit()));
        ours.ifPresent(best -> headings.add("speed"));
        headings.addAll(also);
        Table table = new Table(2, headings.toArray(String[]::new));
        for (Measurement each : panel.measurements()) {
            List<String> row = new ArrayList<>(
                    List.of(each.subject(), kind(each), Figures.of(each.value(), each.error(), each.unit())));
            ours.ifPresent(best -> row.add(String.format(Locale.ROOT, "%.2f", Panel.speed(each) / Panel.speed(best))));
            also.forEach(name -> row.add(Figures.digits(each.also().getOrDefault(name, Double.NaN))));
            table.add(row.toArray(String[]::new));
        }
        return table;
    }

    private static String kind(Measurement measurement) {
        return Kind.of(measurement) == Kind.OURS ? "" : measurement.group();
    }

    static Table curves(String x, String unit, List<LineChart.Series> curves) {
        List<Double> sizes = curves.stream()
                .flatMap(each -> java.util.Arrays.stream(each.x()).boxed())
                .distinct()
                .sorted()
                .toList();
        List<String> headings = new ArrayList<>(List.of(x));
        sizes.forEach(size -> headings.add(Figures.count(size)));
        Table table = new Table(1, headings.toArray(String[]::new));
        for (LineChart.Series each : curves) {
            List<String> row = new ArrayList<>(List.of(each.name()));
            for (double size : sizes) {
                int at = java.util.Arrays.binarySearch(each.x(), size);
                row.add(at < 0 ? "–" : Figures.of(each.y()[at], unit));
            }
            table.add(row.toArray(String[]::new));
        }
        return table;
    }

    static Table latency(List<Measurement> measurements) {
        List<String> headings = new ArrayList<>(List.of("percentile"));
        java.util.Arrays.stream(Axis.PERCENTILES).forEach(each -> headings.add(Figures.plain(each) + " %"));
        headings.add("max");
        Table table = new Table(1, headings.toArray(String[]::new));
        for (Measurement each : measurements) {
            List<String> row = new ArrayList<>(List.of(Latency.name(each)));
            Function<String, String> cell = key -> Figures.of(each.also().getOrDefault(key, Double.NaN), "ns");
            java.util.Arrays.stream(Axis.PERCENTILES)
                    .forEach(percentile -> row.add(cell.apply(Latency.key(percentile))));
            row.add(cell.apply("max"));
            table.add(row.toArray(String[]::new));
        }
        return table;
    }

    static Table lost(List<Lost> all) {
        Table table = new Table(1, "subject", "moves", "raises", "lost", "spurious", "");
        for (Lost each : all) {
            table.add(
                    each.subject(),
                    count(each.sum("moves")),
                    count(each.sum("raises")),
                    count(each.lost()),
                    count(each.sum("spurious")),
                    each.remark());
        }
        return table;
    }

    private static String count(double count) {
        return Double.isNaN(count) ? "–" : Figures.count(count);
    }

    static Table targets(List<Verdict> targets) {
        Table table = new Table(1, "target", "measured", "limit", "");
        for (Verdict each : targets) {
            table.add(
                    each.title(),
                    each.isMeasured() ? String.format(Locale.ROOT, "%.2f", each.ratio()) : "–",
                    each.direction() + ' ' + Figures.digits(each.limit()),
                    each.words());
        }
        return table;
    }

    /** What moves cost and lose, for the README: the panel that counted losses, cheapest first. */
    static Table moves(Panel panel) {
        Table table = new Table(1, "protocol", "ns per move", "lost", "spurious", "");
        List<Measurement> sorted = new ArrayList<>(panel.measurements());
        sorted.sort(Comparator.comparing(Kind::of).thenComparing(Measurement::value));
        for (Measurement each : sorted) {
            table.add(
                    each.subject(),
                    Figures.of(each.value(), each.error(), "ns"),
                    count(each.also().getOrDefault("lost", Double.NaN)),
                    count(each.also().getOrDefault("spurious", Double.NaN)),
                    each.group());
        }
        return table;
    }
}
