// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The parameters of a measurement, in the order given. */
final class Parameters {
    /** How many threads can run at once; targets are judged on two at most. */
    static final String THREADS = "threads";

    private static final Set<String> TITLES = Set.of("shape", "situation"); // say it all

    private Parameters() {}

    static Map<String, String> of(String... namesAndValues) {
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            all.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Collections.unmodifiableMap(all);
    }

    /** In words, for a progress line. */
    static String title(Map<String, String> some) {
        return some.entrySet().stream()
                .filter(each -> !each.getKey().equals(THREADS))
                .map(each -> TITLES.contains(each.getKey()) ? each.getValue() : each.getValue() + ' ' + each.getKey())
                .collect(Collectors.joining(", "));
    }

    /** With one more. */
    static Map<String, String> with(Map<String, String> some, String name, Object value) {
        Map<String, String> all = new LinkedHashMap<>(some);
        all.put(name, value.toString());
        return Collections.unmodifiableMap(all);
    }
}
