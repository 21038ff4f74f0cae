// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.untorn.benchmarks.rivals.Moving;
import org.untorn.benchmarks.rivals.Rival;

/**
 * How the library wants to compare, as a ratio of two measurements of one run. Where it is to beat the fastest of several,
 * that is the fastest that was measured; measurements with more than two threads at once are not looked at.
 *
 * @param title what is wanted, without the limit
 * @param direction which side of the limit is good
 * @param limit of the ratio
 * @param subject what is compared
 * @param reference what it is compared with
 */
public record Target(String title, TargetResult.Direction direction, double limit, Figure subject, Figure reference) {
    private static final int MAX_THREADS = 2;

    /** A figure of a run, and what to call it; empty if it was not measured. */
    public interface Figure {
        /** The figure, taken from those that count. */
        Optional<Named> of(List<Measurement> measurements);
    }

    /** A number and what to call it. */
    public record Named(String name, double value) {}

    /**
     * Those that there are.
     *
     * @return them, in the order of the experiments
     */
    public static List<Target> all() {
        Predicate<Measurement> untorn = subject(Rival.UNTORN.title());
        Predicate<Measurement> stamped = subject(Moving.STAMPED.title());
        Predicate<Measurement> lock = subject(Moving.GLOBAL_LOCK.title()).or(subject(Moving.GLOBAL_SPIN_LOCK.title()));
        Predicate<Measurement> reregister = subject(Moving.REREGISTER.title()).or(subject(Moving.EVENT_LOOPS.title()));
        Map<String, String> roundTrip = SignalExperiment.ROUND_TRIP;
        Map<String, String> burst = SignalExperiment.burst(64);
        Map<String, String> pair = SignalExperiment.PAIR;
        return List.of(
                atLeast(
                        "Round trip, throughput beside the dirty list",
                        1,
                        signals(roundTrip, untorn),
                        signals(roundTrip, subject(Rival.DIRTY_LIST.title()))),
                atMost(
                        "Round trip, time beside the fastest bare queue",
                        2,
                        time(signals(roundTrip, untorn)),
                        time(signals(roundTrip, group("less")))),
                atMost(
                        "Round trip, time beside the AtomicLongArray floor",
                        1.75,
                        time(signals(roundTrip, untorn)),
                        time(signals(roundTrip, subject(Rival.ATOMIC_LONG_ARRAY.title())))),
                atLeast(
                        "Bursts of 64, throughput beside the fastest queue",
                        1.5,
                        signals(burst, untorn),
                        signals(burst, group("less"))),
                atLeast(
                        "One producer and one consumer, throughput beside the fastest rival",
                        1,
                        signals(pair, untorn),
                        signals(pair, group("less").or(group("the same job")))),
                atMost(
                        "Stamped move, time beside the uncontended global lock",
                        1.5,
                        moves(MigrationExperiment.MOVER_POLLS, stamped),
                        moves(MigrationExperiment.MOVER_POLLS, lock)),
                atLeast(
                        "Stamped moves by two movers, throughput beside the global lock",
                        2,
                        time(moves(MigrationExperiment.TWO_SOURCES, stamped)),
                        time(moves(MigrationExperiment.TWO_SOURCES, lock))),
                atLeast(
                        "Stamped move, throughput beside closing and registering again",
                        10,
                        time(moves(MigrationExperiment.OTHER_POLLS, stamped)),
                        time(moves(MigrationExperiment.OTHER_POLLS, reregister))),
                atLeast(
                        "Raises during continuous stamped moves, throughput beside the undisturbed",
                        0.5,
                        highest(
                                MigrationExperiment.ID,
                                MigrationExperiment.RAISES,
                                MigrationExperiment.RAISED,
                                stamped),
                        highest(
                                MigrationExperiment.ID,
                                MigrationExperiment.RAISES,
                                MigrationExperiment.UNDISTURBED,
                                stamped)),
                atMost(
                        "99.9th percentile at 1,000 moves/s, beside the undisturbed",
                        1.5,
                        percentile(LatencyRun.Disturbance.MOVES_1000),
                        percentile(LatencyRun.Disturbance.NONE)),
                scale("Raise at 4096 CPUs, time beside 4", ScaleExperiment.RAISE),
                scale("Raise and poll at 4096 CPUs, time beside 4", ScaleExperiment.RAISE_POLL),
                atMost(
                        "Memory of an idle CPU, beside 4 KiB and its table",
                        1,
                        lowest(
                                ScaleExperiment.ID,
                                "bytes",
                                ScaleExperiment.parameters(ScaleExperiment.LARGEST),
                                subject(ScaleExperiment.IDLE_CPU)),
                        any -> Optional.of(new Named("4 KiB and its table", 4096 + ScaleExperiment.TABLE_BYTES))));
    }

    /**
     * Judges it.
     *
     * @param measurements those of one run
     * @return met, missed, or not measured if one of the two figures is not there
     */
    public TargetResult evaluate(List<Measurement> measurements) {
        List<Measurement> judged = measurements.stream()
                .filter(each ->
                        Integer.parseInt(each.parameters().getOrDefault(Parameters.THREADS, "1")) <= MAX_THREADS)
                .toList();
        Optional<Named> above = subject.of(judged);
        Optional<Named> below = reference.of(judged);
        if (above.isEmpty() || below.isEmpty()) {
            return new TargetResult(title, Double.NaN, limit, direction, TargetResult.Status.NOT_MEASURED, "");
        }
        double ratio = above.get().value() / below.get().value();
        boolean met = direction == TargetResult.Direction.AT_LEAST ? ratio >= limit : ratio <= limit;
        return new TargetResult(
                title,
                ratio,
                limit,
                direction,
                met ? TargetResult.Status.MET : TargetResult.Status.MISSED,
                above.get().name() + " / " + below.get().name());
    }

    // ---- targets ----

    private static Target atLeast(String title, double limit, Figure subject, Figure reference) {
        return new Target(title, TargetResult.Direction.AT_LEAST, limit, subject, reference);
    }

    private static Target atMost(String title, double limit, Figure subject, Figure reference) {
        return new Target(title, TargetResult.Direction.AT_MOST, limit, subject, reference);
    }

    private static Target scale(String title, String subject) {
        return atMost(
                title,
                1.5,
                lowest(
                        ScaleExperiment.ID,
                        "ns/op",
                        ScaleExperiment.parameters(ScaleExperiment.LARGEST),
                        subject(subject)),
                lowest(
                        ScaleExperiment.ID,
                        "ns/op",
                        ScaleExperiment.parameters(ScaleExperiment.SMALLEST),
                        subject(subject)));
    }

    // ---- figures ----

    private static Figure signals(Map<String, String> parameters, Predicate<Measurement> which) {
        return highest(SignalExperiment.ID, SignalExperiment.UNIT, parameters, which);
    }

    private static Figure moves(Map<String, String> situation, Predicate<Measurement> which) {
        return lowest(MigrationExperiment.ID, MigrationExperiment.UNIT, situation, which);
    }

    private static Figure percentile(LatencyRun.Disturbance disturbance) {
        Map<String, String> parameters = LatencyExperiment.parameters(disturbance, LatencyRun.Idle.SPIN);
        return measurements -> measurements.stream()
                .filter(each -> each.experiment().equals(LatencyExperiment.ID)
                        && each.parameters().equals(parameters))
                .map(each -> new Named(disturbance.title, each.also().get(LatencyExperiment.P999_MEDIAN)))
                .findFirst();
    }

    /** Of a rate its time, of a time its rate. */
    private static Figure time(Figure figure) {
        return measurements -> figure.of(measurements).map(named -> new Named(named.name(), 1 / named.value()));
    }

    private static Figure highest(
            String experiment, String unit, Map<String, String> parameters, Predicate<Measurement> which) {
        return measurements -> named(measurements.stream()
                .filter(of(experiment, unit, parameters).and(which))
                .max(BY_VALUE));
    }

    private static Figure lowest(
            String experiment, String unit, Map<String, String> parameters, Predicate<Measurement> which) {
        return measurements -> named(measurements.stream()
                .filter(of(experiment, unit, parameters).and(which))
                .min(BY_VALUE));
    }

    private static final Comparator<Measurement> BY_VALUE = Comparator.comparingDouble(Measurement::value);

    private static Optional<Named> named(Optional<Measurement> measurement) {
        return measurement.map(each -> new Named(each.subject(), each.value()));
    }

    private static Predicate<Measurement> of(String experiment, String unit, Map<String, String> parameters) {
        return each -> each.experiment().equals(experiment)
                && each.unit().equals(unit)
                && each.parameters().equals(parameters);
    }

    private static Predicate<Measurement> subject(String subject) {
        return each -> each.subject().equals(subject);
    }

    private static Predicate<Measurement> group(String group) {
        return each -> each.group().equals(group);
    }
}
