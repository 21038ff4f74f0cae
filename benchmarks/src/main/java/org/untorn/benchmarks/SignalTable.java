// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.untorn.benchmarks.jmh.MoveBench;
import org.untorn.benchmarks.jmh.SignalBench;

/** What raise, poll and move cost on one thread, by JMH, and as multiples of the bare instructions. */
@SuppressWarnings("rawtypes") // of JMH: its results are maps of raw Result
final class SignalTable {
    /** Estimated time of one benchmark, seconds. */
    static final double SECONDS = 3.6;

    private static final String[][] SIGNALS = {
        {"baselineOr", "bare atomic-or"},
        {"baselineExchange", "bare exchange"},
        {"baselineOrExchange", "bare or + exchange"},
        {"baselineOrExchangeRandom", "bare or + exchange, random order"},
        {"baselineOrBurst", "bare or, of 64 bits in turn"},
        {"baselineFourReads", "four volatile reads"},
        {"bitmapRaiseTake", "bitmap raise + take"},
        {"bitmapRaiseTakeRandom", "bitmap raise + take, random order"},
        {"bitmapRaisePending", "bitmap raise, already pending"},
        {"irqRaise", "Irq.raise, of 64 in turn"},
        {"irqRaiseCounting", "the same, every raise counted"},
        {"irqRaisePending", "Irq.raise, already pending"},
        {"pollEmpty", "Cpu.poll, nothing pending"},
        {"irqRaisePoll", "Irq.raise + Cpu.poll"},
        {"irqRetriggerPoll", "Irq.retrigger + Cpu.poll"},
    };

    private final Map<String, RunResult> results = new LinkedHashMap<>();

    /** The title of each benchmark, by its name. */
    static Map<String, String> titles() {
        Map<String, String> titles = new LinkedHashMap<>();
        for (String[] signal : SIGNALS) {
            titles.put(signal[0], signal[1]);
        }
        for (Mover mover : Mover.values()) {
            titles.put(mover.name(), "move, " + mover.title() + (mover.isControl() ? " (control)" : ""));
        }
        return titles;
    }

    void measure(String name) throws RunnerException {
        boolean isMove = titles().get(name).startsWith("move");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(
                        isMove
                                ? MoveBench.class.getName() + "\\.move$"
                                : SignalBench.class.getName() + '.' + name + '$')
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.milliseconds(250))
                .measurementIterations(5)
                .measurementTime(TimeValue.milliseconds(300))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT);
        if (isMove) {
            options.param("mover", name);
        }
        if (Runtime.version().feature() >= 24) {
            options.jvmArgsAppend("--sun-misc-unsafe-memory-access=allow"); // JMH 1.37 itself
        }
        Collection<RunResult> runs = new Runner(options.build()).run();
        results.put(name, runs.iterator().next());
    }

    void print(PrintWriter out) {
        out.printf("%-40s %18s %10s %6s%n", "one thread", "ns per operation", "x bare or", "B/op");
        titles().forEach((name, title) -> {
            Result result = results.get(name).getPrimaryResult();
            out.printf(
                    "%-40s %9.1f ± %6.1f %10.2f %6.1f%n",
                    title, score(name), result.getScoreError(), score(name) / score("baselineOr"), bytes(name));
        });
        out.println();
        ratio(out, "bitmap raise + take / bare or + exchange", "bitmapRaiseTake", "baselineOrExchange", 1.5);
        ratio(out, "the same in random order", "bitmapRaiseTakeRandom", "baselineOrExchangeRandom", 1.75);
        ratio(out, "Irq.raise / bare or", "irqRaise", "baselineOrBurst", 2);
        ratio(out, "Cpu.poll, nothing pending / four reads", "pollEmpty", "baselineFourReads", 3);
    }

    private void ratio(PrintWriter out, String title, String name, String baseline, double target) {
        double ratio = score(name) / score(baseline);
        out.printf("%-40s %5.2f  target %.2f  %s%n", title, ratio, target, ratio <= target ? "met" : "missed");
    }

    private double score(String name) {
        return results.get(name).getPrimaryResult().getScore();
    }

    private double bytes(String name) {
        return results.get(name).getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
                .mapToDouble(entry -> entry.getValue().getScore())
                .findFirst()
                .orElse(Double.NaN);
    }
}
