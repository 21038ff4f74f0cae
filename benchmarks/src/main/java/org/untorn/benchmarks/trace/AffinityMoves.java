// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The moves of real interrupts between CPUs, as a kernel made them.
 *
 * <p>A move is a change of destination between two final messages of an interrupt. The first half of a two-step write
 * is not final. A shutdown (an all-zero message) and a message without a vector end an interrupt's life: its next
 * message is a start, wherever it goes. CPUs and interrupts are numbered from 0 in the order of the log.
 */
public final class AffinityMoves {
    private static final String BUNDLED = "cpus4-5.10.trace.gz";

    private final int[] irqs;
    private final int[] cpus;
    private final int[] starts;
    private final int cpuCount;

    private AffinityMoves(int[] irqs, int[] cpus, int[] starts) {
        this.irqs = irqs;
        this.cpus = cpus;
        this.starts = starts;
        this.cpuCount = 1
                + Math.max(
                        Arrays.stream(cpus).max().orElse(-1),
                        Arrays.stream(starts).max().orElse(-1));
    }

    /**
     * The moves of a Linux 5.10 kernel with 4 CPUs: idle, under load, with CPUs going offline, and devices rebound.
     *
     * @return those of the log in this jar
     */
    public static AffinityMoves bundled() {
        try (InputStream in = AffinityMoves.class.getResourceAsStream(BUNDLED)) {
            return load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The moves of a log.
     *
     * @param log ftrace text with the probes k_msi_setaff, k_msi_setaff_ret and k_msiwrite, plain or gzip
     * @return them
     * @throws IOException if it cannot be read
     */
    public static AffinityMoves load(InputStream log) throws IOException {
        Builder builder = new Builder();
        try (TraceReader reader = new TraceReader(log)) {
            for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
                builder.accept(event);
            }
        }
        return builder.build();
    }

    /** How many moves there are. */
    public int size() {
        return irqs.length;
    }

    /** The interrupt of the i-th move, 0 to {@link #interrupts} (exclusive). */
    public int irq(int i) {
        return irqs[i];
    }

    /** The CPU it goes to, 0 to {@link #cpus} (exclusive). */
    public int cpu(int i) {
        return cpus[i];
    }

    /** How many interrupts are moved. */
    public int interrupts() {
        return starts.length;
    }

    /** One more than the highest CPU. */
    public int cpus() {
        return cpuCount;
    }

    /** The CPU an interrupt is on before its first move. */
    public int start(int irq) {
        return starts[irq];
    }

    private static final class Builder {
        private final MsiCall[] calls = new MsiCall[TraceReader.MAX_CPUS];
        private final Map<Integer, Integer> places = new HashMap<>(); // live interrupts and their CPUs
        private final Map<Integer, Integer> indexes = new HashMap<>();
        private final List<Integer> starts = new ArrayList<>();
        private final List<int[]> moves = new ArrayList<>(); // index, CPU

        void accept(TraceEvent event) throws UnusableTraceException {
            MsiCall call = calls[event.cpu()];
            switch (event.name()) {
                case "k_msi_setaff" -> calls[event.cpu()] = new MsiCall(event.number("irq"), 0, null);
                case "k_msiwrite" -> {
                    if (call != null && call.irq() == event.number("irq")) {
                        call.write(MsiMessage.of(event));
                    } else {
                        settle(event.number("irq"), MsiMessage.of(event));
                    }
                }
                case "k_msi_setaff_ret" -> {
                    if (call != null && call.last() != null) {
                        settle(call.irq(), call.last());
                    }
                    calls[event.cpu()] = null;
                }
                default -> {
                    // no matter of messages
                }
            }
        }

        private void settle(int irq, MsiMessage message) {
            if (!message.isLive()) {
                places.remove(irq);
                return;
            }
            Integer before = places.put(irq, message.cpu());
            if (before != null && before != message.cpu()) {
                int index = indexes.computeIfAbsent(irq, first -> indexes.size());
                if (index == starts.size()) {
                    starts.add(before);
                }
                moves.add(new int[] {index, message.cpu()});
            }
        }

        AffinityMoves build() {
            return new AffinityMoves(
                    moves.stream().mapToInt(move -> move[0]).toArray(),
                    moves.stream().mapToInt(move -> move[1]).toArray(),
                    starts.stream().mapToInt(Integer::intValue).toArray());
        }
    }
}
