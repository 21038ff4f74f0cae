// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.untorn.benchmarks.run.Measurement;

/**
 * What a subject lost, summed over a run.
 *
 * @param subject that moved or was raised
 * @param kind of it
 * @param sums lost, spurious, moves, raises, by name
 */
record Lost(String subject, Kind kind, Map<String, Double> sums) {
    private static final String LOST = "lost";
    private static final String OVERLAPS = "overlaps";

    /** Every subject of which losses were counted, ours first. */
    static List<Lost> of(Results results) {
        Map<List<Object>, List<Measurement>> bySubject = results.measurements().stream()
                .filter(each -> each.also().containsKey(LOST))
                .collect(Collectors.groupingBy(
                        each -> List.of(each.subject(), Kind.of(each)), LinkedHashMap::new, Collectors.toList()));
        return bySubject.values().stream()
                .map(each -> new Lost(each.get(0).subject(), Kind.of(each.get(0)), sums(each)))
                .sorted(Comparator.comparing(Lost::kind))
                .toList();
    }

    private static Map<String, Double> sums(List<Measurement> measurements) {
        Map<String, Double> sums = new TreeMap<>();
        for (Measurement each : measurements) {
            each.also().forEach((name, value) -> sums.merge(name, value, Double::sum));
        }
        return sums;
    }

    /** Whether a guarantee was broken: a raise lost, or a handler run twice at once. */
    static boolean isBroken(Measurement measurement) {
        return measurement.also().getOrDefault(LOST, 0.0) + measurement.also().getOrDefault(OVERLAPS, 0.0) > 0;
    }

    double lost() {
        return sums.get(LOST);
    }

    double sum(String name) {
        return sums.getOrDefault(name, Double.NaN);
    }

    /** What a reader has to know of this line. */
    String remark() {
        if (kind == Kind.CONTROL) {
            return lost() > 0 ? "control: loses" : "control: none seen";
        }
        return lost() > 0 ? "LOST" : sums.getOrDefault(OVERLAPS, 0.0) > 0 ? "OVERLAPPED" : "";
    }
}
