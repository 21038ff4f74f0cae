// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.untorn.benchmarks.trace.AffinityMoves;
import org.untorn.irq.ClosedLoop;

/**
 * What a move costs and what it loses, protocol by protocol, with a kernel's affinity moves as the workload and a device
 * that raises in closed loop. The protocols take turns, so that a machine that slows down slows all of them.
 */
final class MoveTable {
    private static final double STUDENT_4 = 2.776; // 95 %, ROUNDS - 1 degrees of freedom
    static final int ROUNDS = 5;

    private final AffinityMoves moves;
    private final Map<Mover, List<ClosedLoop.Result>> results = new EnumMap<>(Mover.class);

    MoveTable(AffinityMoves moves) {
        this.moves = moves;
    }

    void measure(Mover mover, Duration time) throws InterruptedException {
        results.computeIfAbsent(mover, none -> new ArrayList<>())
                .add(loop(mover).run(time, false));
    }

    private ClosedLoop loop(Mover mover) {
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
        return new ClosedLoop(moves.cpus(), start, irqs, cpus, 0, mover);
    }

    /** Whether a protocol of the library lost a raise. */
    boolean libraryLost() {
        return results.entrySet().stream().anyMatch(entry -> !entry.getKey().isControl() && lost(entry.getKey()) > 0);
    }

    void print(PrintWriter out) {
        out.printf(
                "%-28s %16s %12s %12s %8s %10s %6s%n",
                "protocol", "ns per move", "moves", "raises", "lost", "spurious", "B/op");
        for (Mover mover : results.keySet()) {
            out.printf(
                    "%-28s %8.0f ± %5.0f %12d %12d %8d %10d %6.1f%s%n",
                    mover.title(),
                    mean(mover),
                    error(mover),
                    sum(mover, ClosedLoop.Result::moves),
                    sum(mover, ClosedLoop.Result::raises),
                    lost(mover),
                    sum(mover, ClosedLoop.Result::spurious),
                    bytesPerOperation(mover),
                    verdict(mover));
        }
    }

    private String verdict(Mover mover) {
        if (mover.isControl()) {
            return lost(mover) > 0 ? "  control: loses, as it must" : "  control: NOT seen to lose, run longer";
        }
        return lost(mover) > 0 ? "  LOST" : "";
    }

    private long lost(Mover mover) {
        return sum(mover, ClosedLoop.Result::lost);
    }

    private double mean(Mover mover) {
        return results.get(mover).stream()
                .mapToDouble(MoveTable::nanosPerMove)
                .average()
                .orElseThrow();
    }

    private double error(Mover mover) {
        double mean = mean(mover);
        List<ClosedLoop.Result> rounds = results.get(mover);
        double squares = rounds.stream()
                .mapToDouble(result -> Math.pow(nanosPerMove(result) - mean, 2))
                .sum();
        return STUDENT_4 * Math.sqrt(squares / (rounds.size() - 1) / rounds.size());
    }

    private static double nanosPerMove(ClosedLoop.Result result) {
        return (double) result.moverNanos() / result.moves();
    }

    /** Of the last round: the first one loads classes. */
    private double bytesPerOperation(Mover mover) {
        ClosedLoop.Result last = results.get(mover).get(results.get(mover).size() - 1);
        return (double) (last.moverBytes() + last.deviceBytes()) / (last.moves() + last.raises());
    }

    private long sum(Mover mover, java.util.function.ToLongFunction<ClosedLoop.Result> count) {
        return results.get(mover).stream().mapToLong(count).sum();
    }
}
