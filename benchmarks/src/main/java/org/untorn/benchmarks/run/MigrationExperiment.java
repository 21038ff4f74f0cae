// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.untorn.benchmarks.Mover;
import org.untorn.benchmarks.jmh.MigrationBench;
import org.untorn.benchmarks.rivals.MoveLoop;
import org.untorn.benchmarks.rivals.Moving;
import org.untorn.benchmarks.trace.AffinityMoves;
import org.untorn.irq.ClosedLoop;

/**
 * What a whole move costs, what it costs the raiser, and what it loses, protocol by protocol, beside a global lock and
 * beside closing and registering again.
 */
final class MigrationExperiment implements Experiment {
    static final String ID = "migration";
    static final String UNIT = "ns/move";
    static final String RAISES = "raises/s";

    static final Map<String, String> MOVER_POLLS = situation("idle, the mover polls", 1);
    static final Map<String, String> OTHER_POLLS = situation("idle, another thread polls", 2);
    static final Map<String, String> TWO_SOURCES = situation("idle, two movers, a source each", 2);
    static final Map<String, String> ONE_SOURCE = situation("idle, two movers, one source", 2);
    static final Map<String, String> RAISED = situation("raised without pause, the mover polls", 2);
    static final Map<String, String> UNDISTURBED = situation("raised without pause, no moves", 2);
    static final Map<String, String> CLOSED_LOOP = situation("closed loop, a kernel's moves, the mover polls", 2);
    static final Map<String, String> CLOSED_LOOP_3 =
            situation("closed loop, a kernel's moves, another thread polls", 3);
    static final Map<String, String> RIVALS_LOOP = situation("closed loop, to and fro, the mover polls", 2);

    private final AffinityMoves moves;
    private final Function<Depth, Effort> efforts;

    MigrationExperiment(AffinityMoves moves, Function<Depth, Effort> efforts) {
        this.moves = moves;
        this.efforts = efforts;
    }

    private static Map<String, String> situation(String name, int threads) {
        return Parameters.of("situation", name, Parameters.THREADS, Integer.toString(threads));
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String hypothesis() {
        return "A stamped move is about a dozen atomics that nobody else touches: at most 1.5 times a move under a global"
                + " lock that nobody contends, twice as fast with two movers, ten times as fast as to close and register"
                + " again. The protocols differ by the register's few writes. A raiser keeps half of its throughput while"
                + " its source is moved without pause. No protocol loses a raise; the controls do.";
    }

    @Override
    public List<Step> steps(Depth depth) {
        Effort effort = efforts.apply(depth);
        boolean full = depth == Depth.FULL;
        Predicate<Moving> loopless =
                moving -> moving != Moving.EVENT_LOOPS; // has threads of its own: more than two in all
        Predicate<Moving> judged = moving -> full
                || moving == Moving.STAMPED
                || moving.group().equals("the same job") && moving != Moving.DIRTY_LIST;

        List<JmhSeries> series = new ArrayList<>();
        moves(series, "moverPolls", MOVER_POLLS, loopless, effort);
        moves(
                series,
                "moverPolls",
                OTHER_POLLS,
                loopless.negate(),
                effort); // nobody polls; the mover waits for its threads
        moves(
                series,
                "otherPolls",
                OTHER_POLLS,
                judged.and(Moving::isFromAnyThread).and(loopless),
                effort);
        moves(series, "twoSources", TWO_SOURCES, judged.and(loopless), effort);
        if (full) {
            moves(series, "oneSource", ONE_SOURCE, Moving::isForTwoMovers, effort.once());
        }
        raises(series, full ? loopless : judged.and(loopless), effort);

        List<Step> steps = JmhSeries.takingTurns(series);
        List<LoopSeries> loops = new ArrayList<>();
        for (Mover mover : Mover.values()) {
            loops.add(new LoopSeries(
                    mover.title(),
                    mover.isControl() ? "control" : "",
                    CLOSED_LOOP,
                    effort,
                    time -> figures(loop(mover, 0).run(time, false))));
        }
        for (Moving moving : Moving.values()) {
            if (full && moving.group().equals("the same job")) {
                loops.add(new LoopSeries(
                        moving.title(),
                        moving.group(),
                        RIVALS_LOOP,
                        effort,
                        time -> figures(new MoveLoop(moving).run(time, false), time)));
            }
        }
        for (Mover mover : List.of(Mover.STAMPED, Mover.THREE_STEP_ALWAYS, Mover.MASKED, Mover.REMAPPED)) {
            if (full) {
                loops.add(new LoopSeries(
                        mover.title(),
                        "",
                        CLOSED_LOOP_3,
                        effort.once(),
                        time -> figures(loop(mover, 1).run(time, false))));
            }
        }
        steps.addAll(LoopSeries.takingTurns(loops));
        return steps;
    }

    // ---- by JMH ----

    private static void moves(
            List<JmhSeries> to, String group, Map<String, String> situation, Predicate<Moving> which, Effort effort) {
        for (Moving moving : Moving.values()) {
            if (which.test(moving)) {
                to.add(series(moving, group, situation, effort, samples -> moves(moving, situation, samples)));
            }
        }
    }

    private static JmhSeries series(
            Moving moving,
            String group,
            Map<String, String> situation,
            Effort effort,
            Function<Samples, Measurement> measurement) {
        return new JmhSeries(
                ID + ": " + Parameters.title(situation) + ", " + moving.title(),
                MigrationBench.class,
                group,
                Map.of("moving", moving.name()),
                effort,
                measurement);
    }

    /** JMH gives rates and bytes a call, a move may take several calls. */
    private static Measurement moves(Moving moving, Map<String, String> situation, Samples samples) {
        double rate = samples.mean("moved");
        Map<String, Double> also = new LinkedHashMap<>();
        also.put("moves/s", rate);
        also.put("B/op", samples.mean("B/op"));
        return new Measurement(
                ID,
                moving.title(),
                moving.group(),
                situation,
                UNIT,
                1e9 / rate,
                1e9 / rate * samples.error("moved") / rate,
                also);
    }

    /** The raiser's side: undisturbed, then while its source is moved without pause. */
    private static void raises(List<JmhSeries> to, Predicate<Moving> which, Effort effort) {
        for (Moving moving : Moving.values()) {
            if (!which.test(moving)) {
                continue;
            }
            JmhSeries undisturbed = series(
                    moving,
                    "undisturbed",
                    UNDISTURBED,
                    effort,
                    samples -> raises(moving, UNDISTURBED, samples, "raiseUndisturbed", Map.of()));
            to.add(undisturbed);
            to.add(series(moving, "raised", RAISED, effort, samples -> {
                double before = undisturbed.samples().mean("raiseUndisturbed");
                Map<String, Double> also = new LinkedHashMap<>();
                also.put("share of undisturbed", samples.mean("raise") / before);
                also.put("moves/s", samples.mean("moved"));
                also.put("ns/move", 1e9 / samples.mean("moved"));
                also.put("B/op", samples.mean("B/op"));
                return raises(moving, RAISED, samples, "raise", also);
            }));
        }
    }

    private static Measurement raises(
            Moving moving, Map<String, String> situation, Samples samples, String method, Map<String, Double> also) {
        return new Measurement(
                ID,
                moving.title(),
                moving.group(),
                situation,
                RAISES,
                samples.mean(method),
                samples.error(method),
                also);
    }

    // ---- in closed loop ----

    private ClosedLoop loop(Mover mover, int pollers) {
        int[] start = new int[moves.interrupts()];
        for (int irq = 0; irq < start.length; irq++) {
            start[irq] = moves.start(irq);
        }
        int[] irqs = new int[moves.size()];
        int[] cpus = new int[moves.size()];
        for (int i = 0; i < irqs.length; i++) {
            irqs[i] = moves.irq(i);
            cpus[i] = moves.cpu(i);
        }
        return new ClosedLoop(moves.cpus(), start, irqs, cpus, pollers, mover);
    }

    private static Map<String, Double> figures(ClosedLoop.Result result) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(UNIT, (double) result.moverNanos() / result.moves());
        figures.put("moves", (double) result.moves());
        figures.put("raises", (double) result.raises());
        figures.put("lost", (double) result.lost());
        figures.put("spurious", (double) result.spurious());
        figures.put("overlaps", (double) result.overlaps());
        figures.put("B/op", (double) (result.moverBytes() + result.deviceBytes()) / (result.moves() + result.raises()));
        return figures;
    }

    private static Map<String, Double> figures(MoveLoop.Result result, Duration time) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(UNIT, (double) time.toNanos() / result.moves());
        figures.put("moves", (double) result.moves());
        figures.put("raises", (double) result.raises());
        figures.put("lost", (double) result.lost());
        figures.put("spurious", (double) result.spurious());
        return figures;
    }

    private interface Loop {
        Map<String, Double> run(Duration time) throws Exception;
    }

    /** One closed loop, in several turns; the counts are added up, B/op is of the last turn, since the first loads classes. */
    private static final class LoopSeries {
        private final String subject;
        private final String group;
        private final Map<String, String> situation;
        private final Effort effort;
        private final Loop loop;
        private final Samples samples = new Samples();

        LoopSeries(String subject, String group, Map<String, String> situation, Effort effort, Loop loop) {
            this.subject = subject;
            this.group = group;
            this.situation = situation;
            this.effort = effort;
            this.loop = loop;
        }

        static List<Step> takingTurns(List<LoopSeries> all) {
            List<Step> steps = new ArrayList<>();
            int most =
                    all.stream().mapToInt(series -> series.effort.turns()).max().orElse(0);
            for (int turn = 1; turn <= most; turn++) {
                for (LoopSeries series : all) {
                    if (turn <= series.effort.turns()) {
                        steps.add(series.new Turn(turn));
                    }
                }
            }
            return steps;
        }

        private final class Turn implements Step {
            private final int number;

            Turn(int number) {
                this.number = number;
            }

            @Override
            public String title() {
                return ID + ": " + Parameters.title(situation) + ", " + subject + ", turn " + number + " of "
                        + effort.turns();
            }

            @Override
            public double seconds() {
                return effort.loop().toMillis() / 1e3 / effort.turns() + 0.1;
            }

            @Override
            public void run(Path directory, Consumer<Measurement> out) throws Exception {
                Map<String, Double> figures = loop.run(effort.loop().dividedBy(effort.turns()));
                figures.forEach(samples::add);
                if (number < effort.turns()) {
                    return;
                }
                Map<String, Double> also = new LinkedHashMap<>();
                figures.forEach((name, last) -> also.put(name, name.equals("B/op") ? last : samples.sum(name)));
                also.remove(UNIT);
                out.accept(new Measurement(
                        ID, subject, group, situation, UNIT, samples.mean(UNIT), samples.error(UNIT), also));
            }
        }
    }
}
