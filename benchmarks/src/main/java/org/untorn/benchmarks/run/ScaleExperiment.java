// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.untorn.benchmarks.jmh.OfflineBench;
import org.untorn.benchmarks.jmh.ScaleBench;

/** What the operations cost, and what things weigh, in domains of 4 CPUs with 800 interrupts to 4096 with 800,000. */
final class ScaleExperiment implements Experiment {
    static final String ID = "scale";
    static final int SMALLEST = 4;
    static final int LARGEST = 4096;

    static final String RAISE = "Irq.raise";
    static final String RAISE_POLL = "Irq.raise + Cpu.poll";
    static final String POLL = "Cpu.poll, nothing pending";
    static final String IDLE_CPU = "memory of an idle CPU";
    static final int TABLE_BYTES = 16 + 4 * 256; // of a CPU's table, with compressed references

    private static final int FACTOR = 4;

    private final Function<Depth, Effort> efforts;

    ScaleExperiment(Function<Depth, Effort> efforts) {
        this.efforts = efforts;
    }

    static Map<String, String> parameters(int cpus) {
        return Parameters.of(
                "cpus",
                Integer.toString(cpus),
                "interrupts",
                Integer.toString(ScaleBench.interrupts(cpus)),
                Parameters.THREADS,
                "1");
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String hypothesis() {
        return "A raise and a poll look at nothing that grows with the domain: at most 1.5 times as long at 4096 CPUs as at"
                + " 4, for the pages that lie farther apart. To open, and each of the 200 moves of an offline, is to search"
                + " an index, which grows with its depth. An idle CPU takes at most 4 KiB and its table.";
    }

    @Override
    public List<Step> steps(Depth depth) {
        Effort effort = efforts.apply(depth);
        boolean full = depth == Depth.FULL;
        List<Integer> sizes = new ArrayList<>();
        for (int cpus = SMALLEST;
                cpus <= effort.largestScale();
                cpus *= full ? FACTOR : effort.largestScale() / SMALLEST) {
            sizes.add(cpus);
        }
        List<Step> steps = new ArrayList<>();
        sizes.forEach(cpus -> steps.add(new Memory(cpus, effort)));
        List<JmhSeries> all = new ArrayList<>();
        add(all, sizes, RAISE, ScaleBench.class, "raise", effort);
        add(all, sizes, RAISE_POLL, ScaleBench.class, "raisePoll", effort);
        add(all, sizes, "move", ScaleBench.class, "move", effort.once());
        if (full) {
            add(all, sizes, POLL, ScaleBench.class, "pollEmpty", effort);
            add(all, sizes, "open + close", ScaleBench.class, "openClose", effort.once());
            add(all, sizes, "offline of a CPU with 200 interrupts", OfflineBench.class, "offline", effort.once());
        }
        steps.addAll(JmhSeries.takingTurns(all));
        return steps;
    }

    private static void add(
            List<JmhSeries> to, List<Integer> sizes, String subject, Class<?> bench, String method, Effort effort) {
        for (int cpus : sizes) {
            to.add(new JmhSeries(
                    ID + ": " + subject + ", " + cpus + " CPUs",
                    bench,
                    method,
                    Map.of("cpus", Integer.toString(cpus)),
                    effort,
                    samples -> new Measurement(
                            ID,
                            subject,
                            "",
                            parameters(cpus),
                            "ns/op",
                            samples.mean(JmhSeries.SCORE),
                            samples.error(JmhSeries.SCORE),
                            Map.of("B/op", samples.mean("B/op")))));
        }
    }

    private record Memory(int cpus, Effort effort) implements Step {
        @Override
        public String title() {
            return ID + ": memory, " + cpus + " CPUs";
        }

        @Override
        public double seconds() {
            return 1 + 3.0 * cpus / LARGEST;
        }

        @Override
        public void run(Path directory, Consumer<Measurement> out) throws Exception {
            int interrupts = ScaleBench.interrupts(cpus);
            MemoryProbe.Bytes bytes =
                    effort.forked() ? MemoryProbe.fork(cpus, interrupts) : MemoryProbe.measure(cpus, interrupts);
            out.accept(new Measurement(
                    ID,
                    IDLE_CPU,
                    "",
                    parameters(cpus),
                    "bytes",
                    bytes.cpu(),
                    Double.NaN,
                    Map.of("of them its table", (double) TABLE_BYTES)));
            out.accept(new Measurement(
                    ID,
                    "memory of an interrupt",
                    "",
                    parameters(cpus),
                    "bytes",
                    bytes.interrupt(),
                    Double.NaN,
                    Map.of()));
        }
    }
}
