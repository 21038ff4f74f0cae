// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.untorn.benchmarks.run.Measurement;

/** Latencies as curves over the percentiles: a curve for each disturbance, a chart for each kind of owner. */
final class Latency {
    private static final String DISTURBANCE = "disturbance";

    private Latency() {}

    /** The measurements that have percentiles, as they belong into one chart each, the undisturbed first. */
    static Map<String, List<Measurement>> charts(Results results) {
        return results.measurements().stream()
                .filter(each -> each.experiment().equals("latency") && percentiles(each).length > 1)
                .collect(Collectors.groupingBy(Latency::title, LinkedHashMap::new, Collectors.toList()));
    }

    private static String title(Measurement measurement) {
        Map<String, String> rest = new LinkedHashMap<>(measurement.parameters());
        rest.remove(DISTURBANCE);
        return Panel.title(rest);
    }

    /** "undisturbed", "1,000 moves/s". */
    static String name(Measurement measurement) {
        return measurement.parameters().getOrDefault(DISTURBANCE, measurement.subject());
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
