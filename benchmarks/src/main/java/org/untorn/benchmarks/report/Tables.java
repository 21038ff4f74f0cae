// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.untorn.benchmarks.run.Measurement;

/** The figures of a run as tables; what lost stays in them. */
final class Tables {
    private Tables() {}

    /**
     * A panel: every figure, what else was counted, each speed as a multiple of our best, and each time as a multiple of
     * the hardware's own atomic-or.
     */
    static Table panel(Panel panel, double atomicOr) {
        Optional<Measurement> ours = panel.best(Kind.OURS);
        boolean bare = !Double.isNaN(atomicOr) && !Double.isNaN(Figures.nanos(1, panel.unit()));
        List<String> also = panel.measurements().stream()
                .flatMap(each -> each.also().keySet().stream())
                .distinct()
                .toList();
        List<String> headings = new ArrayList<>(List.of("subject", "kind", panel.unit()));
        if (ours.isPresent()) {
            headings.add("speed");
        }
        if (bare) {
            headings.add("atomic-ors");
        }
        headings.addAll(also);
        Table table = new Table(2, headings.toArray(String[]::new));
        for (Measurement each : panel.measurements()) {
            List<String> row = new ArrayList<>(
                    List.of(each.subject(), kind(each), Figures.of(each.value(), each.error(), each.unit())));
            ours.ifPresent(best -> row.add(Figures.digits(Panel.speed(each) / Panel.speed(best))));
            if (bare) {
                row.add(Figures.digits(Figures.nanos(each.value(), each.unit()) / atomicOr));
            }
            also.forEach(name -> row.add(Figures.whole(each.also().getOrDefault(name, Double.NaN))));
            table.add(row.toArray(String[]::new));
        }
        return table;
    }

    private static String kind(Measurement measurement) {
        return Kind.of(measurement) == Kind.OURS ? "" : measurement.group();
    }

    static Table curves(String x, String unit, List<LineChart.Series> curves) {
        List<Double> sizes = curves.stream()
                .flatMap(each -> Arrays.stream(each.x()).boxed())
                .distinct()
                .sorted()
                .toList();
        List<String> headings = new ArrayList<>(List.of(x));
        sizes.forEach(size -> headings.add(Figures.count(size)));
        Table table = new Table(1, headings.toArray(String[]::new));
        for (LineChart.Series each : curves) {
            List<String> row = new ArrayList<>(List.of(each.name()));
            for (double size : sizes) {
                int at = Arrays.binarySearch(each.x(), size);
                row.add(at < 0 ? "–" : Figures.of(each.y()[at], unit));
            }
            table.add(row.toArray(String[]::new));
        }
        return table;
    }

    static Table latency(List<Measurement> measurements) {
        List<String> headings = new ArrayList<>(List.of("percentile"));
        Arrays.stream(Axis.PERCENTILES).forEach(each -> headings.add(Figures.plain(each) + " %"));
        headings.add("max");
        Table table = new Table(1, headings.toArray(String[]::new));
        for (Measurement each : measurements) {
            List<String> row = new ArrayList<>(List.of(Latency.name(each)));
            Function<String, String> cell = key -> Figures.of(each.also().getOrDefault(key, Double.NaN), "ns");
            Arrays.stream(Axis.PERCENTILES).forEach(percentile -> row.add(cell.apply(Latency.key(percentile))));
            row.add(cell.apply("max"));
            table.add(row.toArray(String[]::new));
        }
        return table;
    }

    static Table lost(List<Lost> all) {
        Table table = new Table(2, "subject", "", "lost", "spurious", "raises", "moves");
        for (Lost each : all) {
            table.add(
                    each.subject(),
                    each.remark(),
                    count(each.lost()),
                    count(each.sum("spurious")),
                    count(each.sum("raises")),
                    count(each.sum("moves")));
        }
        return table;
    }

    private static String count(double count) {
        return Double.isNaN(count) ? "–" : Figures.count(count);
    }

    /** What moves cost by JMH, and what was lost in closed loop, for the README. */
    static Table moves(Panel panel, List<Lost> all) {
        Table table = new Table(2, "how it moves", "", "a move", "speed", "lost", "spurious");
        double ours = panel.best(Kind.OURS).map(Panel::speed).orElse(Double.NaN);
        for (Measurement each : panel.measurements()) {
            Optional<Lost> counted = all.stream()
                    .filter(lost -> lost.subject().equals(each.subject()) && lost.kind() == Kind.of(each))
                    .findFirst();
            table.add(
                    each.subject(),
                    kind(each),
                    Figures.of(each.value(), each.error(), panel.unit()),
                    Figures.digits(Panel.speed(each) / ours),
                    count(counted.map(Lost::lost).orElse(Double.NaN)),
                    count(counted.map(lost -> lost.sum("spurious")).orElse(Double.NaN)));
        }
        return table;
    }
}
