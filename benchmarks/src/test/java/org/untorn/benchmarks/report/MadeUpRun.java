// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.untorn.benchmarks.run.Measurement;
import org.untorn.benchmarks.run.TargetResult;
import org.untorn.benchmarks.run.TargetResult.Direction;
import org.untorn.benchmarks.run.TargetResult.Status;

/** A run that nobody made, with something of every kind: only tests may show it. */
final class MadeUpRun {
    static final String DIRTY_LIST = "dirty list (JCTools MPSC queue)";
    static final String FASTEST_QUEUE = "JCTools MpscArrayQueue";
    static final String LONGEST_NAME = "Agrona ManyToOneConcurrentArrayQueue";

    private final List<Measurement> measurements = new ArrayList<>();
    private double ours = 1.8; // x the fastest queue
    private double lost;
    private String machine = "AMD EPYC 7B13 <made up & escaped>";
    private double busy = 0.02;

    MadeUpRun ours(double ratio) {
        this.ours = ratio;
        return this;
    }

    MadeUpRun lost(double count) {
        this.lost = count;
        return this;
    }

    MadeUpRun on(String name, double share) {
        this.machine = name;
        this.busy = share;
        return this;
    }

    Results results() {
        measurements.clear();
        signal(parameters("shape", "round trip", "threads", "1"), 1);
        for (String raises : List.of("1", "64")) {
            signal(
                    parameters("shape", "burst", "raises", raises, "threads", "1"),
                    Math.sqrt(Double.parseDouble(raises)));
        }
        signal(parameters("shape", "fan-in", "sources", "256", "threads", "2"), 0.4);
        cells();
        migration();
        latency();
        scale();
        limits();
        List<TargetResult> targets = List.of(
                target("64-raise bursts against the fastest queue", ours, 1.5, Direction.AT_LEAST),
                target("stamped move against the uncontended global lock", 1.38, 1.5, Direction.AT_MOST),
                target("memory of an idle CPU", Double.NaN, 4096, Direction.AT_MOST));
        Conditions conditions = new Conditions(
                machine,
                2,
                "Linux 6.1",
                "OpenJDK 64-Bit Server VM 17.0.19+10",
                List.of("-Xmx512m"),
                "run --full --out /tmp/x",
                "full",
                "1a2b3c4",
                "2026-11-24T06:30:00Z",
                42,
                busy);
        return new Results(
                Results.FORMAT,
                conditions,
                "2026-11-24T06:54:00Z",
                Map.of("signal", "A raise is a few atomics & a queue's offer is one more."),
                List.copyOf(measurements),
                targets,
                List.of());
    }

    private static TargetResult target(String title, double ratio, double limit, Direction direction) {
        Status status = Double.isNaN(ratio)
                ? Status.NOT_MEASURED
                : ratio >= limit == (direction == Direction.AT_LEAST) ? Status.MET : Status.MISSED;
        return new TargetResult(title, ratio, limit, direction, status, "");
    }

    private void signal(Map<String, String> shape, double scale) {
        add("signal", "Untorn", "", shape, "signals/s", 21e6 * ours * scale, 0.6e6);
        add("signal", DIRTY_LIST, "the same job", shape, "signals/s", 19e6, 0.9e6);
        add("signal", FASTEST_QUEUE, "less", shape, "signals/s", 21e6 * scale, 1.1e6);
        add("signal", LONGEST_NAME, "less", shape, "signals/s", 18e6, 3e6);
        add("signal", "ConcurrentLinkedQueue", "less", shape, "signals/s", 9e6, Double.NaN);
        add("signal", "AtomicLongArray", "floor", shape, "signals/s", 60e6, 1e6);
        add("signal", "synchronized BitSet", "floor", shape, "signals/s", 11e6, 1e6);
    }

    private void cells() {
        for (String threads : List.of("1", "2")) {
            Map<String, String> how = parameters("operation", "write", "threads", threads);
            add("cell", "PairedRegister", "", how, "ns/op", 6.1, 0.1);
            add("cell", "seqlock", "the same job", how, "ns/op", 5.2, 0.3);
            add(
                    "cell",
                    "AtomicReference of a record, compared and set by identity",
                    "the same job",
                    how,
                    "ns/op",
                    9.8,
                    0.7);
            add("cell", "split, no check", "control", how, "ns/op", 1.1, 0.05);
        }
    }

    private void migration() {
        Map<String, String> idle = parameters("situation", "idle, the mover polls", "threads", "1");
        moved("stamped", "", idle, 182, lost);
        moved("three-step", "", idle, 260, 0);
        moved("three-step, always", "", idle, 290, 0);
        moved("global lock (Linux’ way)", "the same job", idle, 131, 0);
        moved("close and re-register", "the same job", idle, 2900, 0);
        moved("torn", "control", idle, 170, 1234);
        moved("three-step as on hardware", "control", idle, 240, 0);
    }

    private void moved(String subject, String group, Map<String, String> how, double nanos, double losses) {
        Map<String, Double> also = new LinkedHashMap<>();
        also.put("lost", losses);
        also.put("spurious", 3.0);
        also.put("moves", 5e6);
        also.put("raises", 1e6);
        also.put("B/op", 0.0);
        measurements.add(new Measurement("migration", subject, group, how, "ns/move", nanos, nanos / 30, also));
    }

    private void latency() {
        Map<String, Double> disturbances = new LinkedHashMap<>();
        disturbances.put("undisturbed", 1.0);
        disturbances.put("1,000 moves/s", 1.02);
        disturbances.put("100,000 moves/s", 2.7);
        for (String owner : List.of("busy-spin", "parking")) {
            for (String disturbance : disturbances.keySet()) {
                double factor = disturbances.get(disturbance) + (owner.startsWith("p") ? 40 : 0);
                Map<String, Double> also = new LinkedHashMap<>();
                for (double percentile : Axis.PERCENTILES) {
                    also.put(Latency.key(percentile), 130 * factor / Math.sqrt(1 - percentile / 100));
                }
                also.put("max", 90_000 * factor);
                Map<String, String> how = parameters("disturbance", disturbance, "owner", owner, "threads", "2");
                measurements.add(new Measurement("latency", "Untorn", "", how, "ns", 150, Double.NaN, also));
            }
        }
    }

    private void scale() {
        double[] cpus = {4, 32, 256, 4096};
        for (double each : cpus) {
            Map<String, String> size = parameters("cpus", Figures.plain(each), "interrupts", Figures.plain(200 * each));
            double growth = Math.pow(each, 0.05);
            add("scale", "raise", "", size, "ns/op", 11 * growth, 0.2);
            add("scale", "poll", "", size, "ns/op", 14 * growth, 0.2);
            add("scale", "allocate", "", size, "ns/op", 90 * growth * growth, 2);
            add("scale", "offline of a CPU with 200 interrupts", "", size, "ns/op", 60_000 * growth, 900);
            add("scale", "idle CPU", "", size, "bytes", 3100, Double.NaN);
            add("scale", "interrupt", "", size, "bytes", 168, Double.NaN);
        }
    }

    private void limits() {
        add("limits", "atomic-or", "floor", Map.of(), "ns/op", 5.9, 0.1);
        add("limits", "exchange", "floor", Map.of(), "ns/op", 5.8, 0.1);
        add("limits", "full fence", "floor", Map.of(), "ns/op", 8.4, 0.1);
        add("limits", "volatile read", "floor", Map.of(), "ns/op", 0.41, 0.01);
    }

    private void add(
            String experiment,
            String subject,
            String group,
            Map<String, String> parameters,
            String unit,
            double value,
            double error) {
        measurements.add(
                new Measurement(experiment, subject, group, parameters, unit, value, error, Map.of("B/op", 0.0)));
    }

    private static Map<String, String> parameters(String... keysAndValues) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            parameters.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return parameters;
    }
}
