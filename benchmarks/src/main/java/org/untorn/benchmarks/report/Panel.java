// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.untorn.benchmarks.run.Measurement;

/**
 * What can be compared: the measurements of one experiment with the same parameters and unit.
 *
 * @param parameters of all of them
 * @param unit of all of them
 * @param measurements ours first, then by kind of rival, each kind from the fastest to the slowest
 */
record Panel(Map<String, String> parameters, String unit, List<Measurement> measurements) {
    /** The panels of an experiment, in the order in which they were first measured. */
    static List<Panel> of(Results results, String experiment) {
        Map<List<Object>, List<Measurement>> groups = results.measurements().stream()
                .filter(each -> each.experiment().equals(experiment))
                .collect(Collectors.groupingBy(
                        each -> List.of(each.parameters(), each.unit()), LinkedHashMap::new, Collectors.toList()));
        List<Panel> panels = new ArrayList<>();
        for (List<Measurement> group : groups.values()) {
            Measurement first = group.get(0);
            group.sort(Comparator.comparing(Kind::of).thenComparing(each -> -speed(each)));
            panels.add(new Panel(first.parameters(), first.unit(), List.copyOf(group)));
        }
        return panels;
    }

    /** "burst, 64 raises, 2 threads". */
    String title() {
        return title(parameters);
    }

    static String title(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> words(each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String words(String key, String value) {
        if (!value.matches("[0-9]+")) {
            return key.equals("owner") ? value + " owner" : value;
        }
        boolean one = value.equals("1") && key.endsWith("s") && !key.endsWith("/s");
        return Figures.count(Long.parseLong(value)) + ' ' + (one ? key.substring(0, key.length() - 1) : key);
    }

    /** The fastest of a kind. */
    Optional<Measurement> best(Kind kind) {
        return measurements.stream().filter(each -> Kind.of(each) == kind).max(Comparator.comparing(Panel::speed));
    }

    long count(Kind kind) {
        return measurements.stream().filter(each -> Kind.of(each) == kind).count();
    }

    /** The largest figure with its error: where the scale ends. */
    double max() {
        return measurements.stream()
                .mapToDouble(each -> each.value() + (Double.isNaN(each.error()) ? 0 : each.error()))
                .max()
                .orElse(0);
    }

    /** More is faster, whatever the unit. */
    static double speed(Measurement measurement) {
        return Figures.isRate(measurement.unit()) ? measurement.value() : 1 / measurement.value();
    }

    /** Whether the errors leave open which one is faster. */
    static boolean overlap(Measurement a, Measurement b) {
        double errors = (Double.isNaN(a.error()) ? 0 : a.error()) + (Double.isNaN(b.error()) ? 0 : b.error());
        return Math.abs(a.value() - b.value()) <= errors;
    }
}
