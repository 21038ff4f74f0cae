// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.StateCase;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;

/**
 * Reads results of jcstress and says what is wrong with them: a forbidden outcome, a control that was not seen to fail,
 * a test that did not run.
 *
 * <p>jcstress fails for the first of the three only. It reads the results through jcstress' own classes, which are no
 * API: they are those of 0.16.
 */
final class Gate {
    /** An outcome of a control is described with these words: the test can see what it looks for. */
    static final String CONTROL = "must be seen";

    private final Map<String, Map<String, Long>> counts = new TreeMap<>(); // of each test, of each outcome
    private final Map<String, Integer> configurations = new TreeMap<>();
    private final Collection<String> machines = new TreeSet<>();
    private final List<String> findings = new ArrayList<>();
    private final List<String> notSeen = new ArrayList<>();

    /** Adds the results of a directory. */
    void read(Path directory) throws IOException, ClassNotFoundException {
        List<Path> files;
        try (Stream<Path> list = Files.list(directory)) {
            files = list.filter(file -> file.toString().endsWith(".bin.gz"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            DiskReadCollector collector = new DiskReadCollector(file.toString(), this::add);
            try {
                collector.dump();
            } finally {
                collector.close();
            }
        }
    }

    private void add(TestResult result) {
        Map<String, Long> outcomes = new TreeMap<>();
        for (String outcome : result.getStateKeys()) {
            outcomes.put(outcome, result.getCount(outcome));
        }
        add(result.getName(), result.status(), outcomes);
        Map<String, String> machine = result.getEnv().entries();
        machines.add(
                machine.get("java.vm.name") + " " + machine.get("java.vm.version") + " on " + machine.get("os.arch"));
    }

    void add(String test, Status status, Map<String, Long> outcomes) {
        configurations.merge(test, 1, Integer::sum);
        Map<String, Long> sums = counts.computeIfAbsent(test, name -> new TreeMap<>());
        outcomes.forEach((outcome, count) -> sums.merge(outcome, count, Long::sum));
        if (status != Status.NORMAL) {
            findings.add("did not run well: " + test + ": " + status);
        }
    }

    /** Judges one test that should have run, and prints a line on it. */
    void judge(TestInfo test, PrintWriter out) {
        Map<String, Long> outcomes = counts.get(test.name());
        if (outcomes == null) {
            findings.add("did not run: " + test.name());
            return;
        }
        long samples = 0;
        long control = 0;
        for (Map.Entry<String, Long> outcome : outcomes.entrySet()) {
            StateCase of = caseOf(test, outcome.getKey());
            samples += outcome.getValue();
            if (of.expect() == Expect.FORBIDDEN && outcome.getValue() > 0) {
                findings.add("forbidden: " + test.name() + " [" + outcome.getKey() + "] " + outcome.getValue()
                        + " times: " + of.description());
            }
            if (of.description().contains(CONTROL)) {
                control += outcome.getValue();
            }
        }
        boolean isControl =
                test.cases().stream().anyMatch(of -> of.description().contains(CONTROL));
        if (isControl && control == 0) {
            findings.add("not seen to fail: " + test.name());
            notSeen.add(test.name());
        }
        out.printf(
                Locale.ROOT,
                "%,14d samples in %d configurations%s  %s%n",
                samples,
                configurations.get(test.name()),
                isControl ? String.format(Locale.ROOT, ", seen to fail %,9d times", control) : " ".repeat(30),
                test.name().replace("org.untorn.", ""));
    }

    /** As jcstress grades: an outcome that is listed literally, else the first pattern, else the rest. */
    private static StateCase caseOf(TestInfo test, String outcome) {
        for (StateCase of : test.cases()) {
            if (of.matchesExactly(outcome)) {
                return of;
            }
        }
        for (StateCase of : test.cases()) {
            if (of.matches(outcome)) {
                return of;
            }
        }
        return test.unmatched();
    }

    Collection<String> machines() {
        return machines;
    }

    List<String> findings() {
        return findings;
    }

    /** The controls that were not seen to fail. */
    List<String> notSeen() {
        return notSeen;
    }
}
