// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.untorn.benchmarks.run.Measurement;

/** Latencies as curves over the percentiles, one chart for each kind of owner. */
final class Latency {
    private static final int MAX_CURVES = 6;

    private Latency() {}

    /** The measurements that have percentiles, as they belong into one chart each. */
    static Map<String, List<Measurement>> charts(Results results) {
        List<Measurement> all = results.measurements().stream()
                .filter(each -> each.experiment().equals("latency") && percentiles(each).length > 1)
                .toList();
        Map<String, List<Measurement>> charts = all.stream()
                .collect(Collectors.groupingBy(
                        each -> each.parameters().getOrDefault("owner", ""), LinkedHashMap::new, Collectors.toList()));
        charts.replaceAll((owner, each) -> each.subList(0, Math.min(each.size(), MAX_CURVES)));
        return charts;
    }

    /** "1,000 moves/s". */
    static String name(Measurement measurement) {
        Map<String, String> rest = new LinkedHashMap<>(measurement.parameters());
        rest.remove("owner");
        return rest.isEmpty() ? measurement.subject() : Panel.title(rest);
    }

    static LineChart chart(List<Measurement> measurements) {
        List<LineChart.Series> series = new ArrayList<>();
        for (Measurement each : measurements) {
            double[] x = percentiles(each);
            double[] y = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                y[i] = each.also().get(key(x[i]));
            }
            series.add(new LineChart.Series(name(each), x, y));
        }
        Axis y = Axis.log(
                "raise to handler",
                series.stream().flatMapToDouble(each -> Arrays.stream(each.y())),
                value -> Figures.mark(value, "ns"));
        return new LineChart(Axis.percentiles(), y, series);
    }

    /** Those it has, of those that are shown. */
    static double[] percentiles(Measurement measurement) {
        return Arrays.stream(Axis.PERCENTILES)
                .filter(percentile -> measurement.also().containsKey(key(percentile)))
                .toArray();
    }

    static String key(double percentile) {
        return "p" + Figures.plain(percentile);
    }
}
