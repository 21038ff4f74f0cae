// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.untorn.benchmarks.jmh.SignalBench;

/** What the hardware's own operations cost, and the library's single ones, on one thread, in nanoseconds. */
final class LimitsExperiment implements Experiment {
    static final String ID = "limits";

    private static final String[][] BARE = {
        {"baselineOr", "atomic-or"},
        {"baselineExchange", "exchange"},
        {"baselineFence", "full fence"},
        {"baselineRead", "volatile read"},
    };
    private static final String[][] COMPOSED = {
        {"baselineOrExchange", "atomic-or + exchange"},
        {"baselineOrExchangeRandom", "atomic-or + exchange, random order"},
        {"baselineOrBurst", "atomic-or, of 64 bits in turn"},
        {"baselineFourReads", "four volatile reads"},
    };
    private static final String[][] OURS = {
        {"bitmapRaiseTake", "PendingBitmap raise + take"},
        {"bitmapRaiseTakeRandom", "PendingBitmap raise + take, random order"},
        {"bitmapRaisePending", "PendingBitmap raise, already pending"},
        {"irqRaise", "Irq.raise, of 64 in turn"},
        {"irqRaiseCounting", "Irq.raise, of 64 in turn, counted"},
        {"irqRaisePending", "Irq.raise, already pending"},
        {"pollEmpty", "Cpu.poll, nothing pending"},
        {"irqRaisePoll", "Irq.raise + Cpu.poll"},
        {"irqRetriggerPoll", "Irq.retrigger + Cpu.poll"},
    };

    private final Function<Depth, Effort> efforts;

    LimitsExperiment(Function<Depth, Effort> efforts) {
        this.efforts = efforts;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String hypothesis() {
        return "A raise is one atomic-or and some loads from the cache, a take one exchange, so both together cost at most"
                + " 1.5 times the bare instructions, 1.75 times in random order, and a poll of an empty CPU at most three"
                + " times four volatile reads.";
    }

    @Override
    public List<Step> steps(Depth depth) {
        Effort effort = efforts.apply(depth).once();
        List<JmhSeries> all = new ArrayList<>();
        add(all, BARE, "floor", effort);
        if (depth == Depth.FULL) {
            add(all, COMPOSED, "floor", effort);
            add(all, OURS, "", effort);
        }
        return JmhSeries.takingTurns(all);
    }

    private static void add(List<JmhSeries> to, String[][] benchmarks, String group, Effort effort) {
        for (String[] each : benchmarks) {
            String subject = each[1];
            to.add(new JmhSeries(
                    ID + ": " + subject,
                    SignalBench.class,
                    each[0],
                    Map.of(),
                    effort,
                    samples -> new Measurement(
                            ID,
                            subject,
                            group,
                            Map.of(),
                            "ns/op",
                            samples.mean(JmhSeries.SCORE),
                            samples.error(JmhSeries.SCORE),
                            Map.of("B/op", samples.mean("B/op")))));
        }
    }
}
