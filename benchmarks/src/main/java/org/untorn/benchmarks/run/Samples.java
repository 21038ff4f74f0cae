// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.util.ListStatistics;

/** What was measured under one name, again and again; a name a figure. */
final class Samples {
    private static final double CONFIDENCE = 0.999;

    private final Map<String, List<Double>> values = new LinkedHashMap<>();

    void add(String name, double value) {
        values.computeIfAbsent(name, none -> new ArrayList<>()).add(value);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    double mean(String name) {
        return statistics(name).getMean();
    }

    /** Half the width of the 99.9 % confidence interval; NaN of fewer than three samples. */
    double error(String name) {
        return statistics(name).getMeanErrorAt(CONFIDENCE);
    }

    double sum(String name) {
        return statistics(name).getSum();
    }

    double median(String name) {
        return statistics(name).getPercentile(50);
    }

    private ListStatistics statistics(String name) {
        return new ListStatistics(values.getOrDefault(name, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray());
    }
}
