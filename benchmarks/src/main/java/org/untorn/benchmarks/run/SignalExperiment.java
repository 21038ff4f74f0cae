// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.untorn.benchmarks.jmh.BurstBench;
import org.untorn.benchmarks.jmh.FanInBench;
import org.untorn.benchmarks.jmh.ProducerConsumerBench;
import org.untorn.benchmarks.jmh.RoundTripBench;
import org.untorn.benchmarks.rivals.Rival;

/** From a signal to the handler, in signals that a handler run has seen, per second, beside all that one could use instead. */
final class SignalExperiment implements Experiment {
    static final String ID = "signal";
    static final String UNIT = "signals/s";

    static final Map<String, String> ROUND_TRIP = Parameters.of("shape", "round trip", Parameters.THREADS, "1");
    static final Map<String, String> PAIR = Parameters.of("shape", "1 producer, 1 consumer", Parameters.THREADS, "2");

    private static final List<Rival> NAMED =
            List.of(Rival.UNTORN, Rival.DIRTY_LIST, Rival.MPSC_ARRAY, Rival.DISRUPTOR, Rival.ATOMIC_LONG_ARRAY);

    private final Function<Depth, Effort> efforts;

    SignalExperiment(Function<Depth, Effort> efforts) {
        this.efforts = efforts;
    }

    static Map<String, String> burst(int raises) {
        return Parameters.of("shape", "burst", "raises", Integer.toString(raises), Parameters.THREADS, "1");
    }

    static Map<String, String> fanIn(int sources) {
        return Parameters.of("shape", "fan-in", "sources", Integer.toString(sources), Parameters.THREADS, "1");
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String hypothesis() {
        return "On one thread Untorn is at least as fast as a dirty list, which does the same job with one atomic more, and"
                + " at most twice as slow as a bare queue, which does less; with bursts it is faster than any queue,"
                + " because it coalesces; with a producer and a consumer it is at least as fast as any of them, because"
                + " they meet at a word of 64 signals and not at each.";
    }

    @Override
    public List<Step> steps(Depth depth) {
        Effort effort = efforts.apply(depth);
        List<JmhSeries> all = new ArrayList<>();
        List<Rival> rivals = depth == Depth.FULL ? List.of(Rival.values()) : NAMED;
        add(all, rivals, RoundTripBench.class, "roundTrip", ROUND_TRIP, JmhSeries.SCORE, 1, effort);
        add(all, rivals, ProducerConsumerBench.class, "pair", PAIR, "observed", 1, effort);
        add(all, rivals, BurstBench.class, "burst", burst(64), JmhSeries.SCORE, 64, effort);
        if (depth == Depth.FULL) {
            add(all, rivals, BurstBench.class, "burst", burst(1), JmhSeries.SCORE, 1, effort.once());
            add(all, rivals, BurstBench.class, "burst", burst(8), JmhSeries.SCORE, 8, effort.once());
            add(all, rivals, FanInBench.class, "fanIn", fanIn(1), JmhSeries.SCORE, 1, effort.once());
            add(all, rivals, FanInBench.class, "fanIn", fanIn(256), JmhSeries.SCORE, 256, effort.once());
        }
        add(all, rivals, FanInBench.class, "fanIn", fanIn(16), JmhSeries.SCORE, 16, effort.once());
        return JmhSeries.takingTurns(all);
    }

    /** What the benchmark counts, times how many signals it counts as one, is the figure. */
    private static void add(
            List<JmhSeries> to,
            List<Rival> rivals,
            Class<?> bench,
            String method,
            Map<String, String> parameters,
            String count,
            int signals,
            Effort effort) {
        for (Rival rival : rivals) {
            Map<String, String> params = new LinkedHashMap<>(parameters);
            params.keySet().removeAll(List.of("shape", Parameters.THREADS));
            params.put("rival", rival.name());
            to.add(new JmhSeries(
                    ID + ": " + Parameters.title(parameters) + ", " + rival.title(),
                    bench,
                    method,
                    params,
                    effort,
                    samples -> new Measurement(
                            ID,
                            rival.title(),
                            rival.group(),
                            parameters,
                            UNIT,
                            signals * samples.mean(count),
                            signals * samples.error(count),
                            also(samples))));
        }
    }

    private static Map<String, Double> also(Samples samples) {
        Map<String, Double> also = new LinkedHashMap<>();
        for (String name : List.of("B/op", "full", "runs")) {
            if (samples.has(name)) {
                also.put(name, samples.mean(name));
            }
        }
        return also;
    }
}
