// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.untorn.benchmarks.run.Measurement;

/** Costs as curves over the size of the machine that is simulated, one chart for each unit. */
final class Scale {
    static final String SIZE = "CPUs";

    private Scale() {}

    /** The curves of each unit. */
    static Map<String, List<LineChart.Series>> charts(Results results) {
        Map<String, Map<String, List<Measurement>>> all = results.measurements().stream()
                .filter(each -> each.experiment().equals("scale"))
                .collect(Collectors.groupingBy(
                        Measurement::unit,
                        LinkedHashMap::new,
                        Collectors.groupingBy(Scale::name, LinkedHashMap::new, Collectors.toList())));
        Map<String, List<LineChart.Series>> charts = new LinkedHashMap<>();
        all.forEach((unit, curves) -> {
            List<LineChart.Series> series = new ArrayList<>();
            curves.forEach((name, points) -> {
                points.sort(Comparator.comparingDouble(Scale::size));
                series.add(new LineChart.Series(
                        name,
                        points.stream().mapToDouble(Scale::size).toArray(),
                        points.stream().mapToDouble(Measurement::value).toArray()));
            });
            charts.put(unit, series);
        });
        return charts;
    }

    static String title(String unit) {
        return unit.equals("bytes") ? "Memory" : "Time of an operation";
    }

    static LineChart chart(String unit, List<LineChart.Series> series) {
        Axis x = Axis.log(SIZE, values(series.stream().map(LineChart.Series::x).toList()), Figures::count);
        DoubleStream values = values(series.stream().map(LineChart.Series::y).toList());
        DoubleFunction<String> label = each -> Figures.mark(each, unit);
        Axis y = unit.startsWith("bytes") ? Axis.memory(unit, values, label) : Axis.log(unit, values, label);
        return new LineChart(x, y, series);
    }

    private static DoubleStream values(List<double[]> arrays) {
        return arrays.stream().flatMapToDouble(DoubleStream::of);
    }

    private static double size(Measurement measurement) {
        return Double.parseDouble(measurement.parameters().getOrDefault("cpus", "0"));
    }

    private static String name(Measurement measurement) {
        Map<String, String> rest = new LinkedHashMap<>(measurement.parameters());
        rest.remove("cpus");
        rest.remove("interrupts");
        rest.remove("threads");
        return measurement.subject() + (rest.isEmpty() ? "" : ", " + Panel.title(rest));
    }
}
