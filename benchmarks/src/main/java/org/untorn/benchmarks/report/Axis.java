// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;

/** A direction of a chart: what it is called, where a value lies on it, 0 to 1, and where it is labelled. */
final class Axis {
    /** The percentiles that are labelled. */
    static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

    record Tick(double value, String label) {}

    private final String name;
    private final DoubleUnaryOperator scale;
    private final double from;
    private final double to;
    private final List<Tick> ticks;

    private Axis(String name, DoubleUnaryOperator scale, double min, double max, List<Tick> ticks) {
        this.name = name;
        this.scale = scale;
        this.from = scale.applyAsDouble(min);
        this.to = scale.applyAsDouble(max);
        this.ticks = ticks;
    }

    /** Logarithmic, from the mark below the least value to the mark above the greatest. */
    static Axis log(String name, DoubleStream values, DoubleFunction<String> label) {
        double[] sorted = sorted(values);
        boolean wide = sorted[sorted.length - 1] / sorted[0] > 200;
        return log(name, sorted, 10, wide ? new double[] {1} : new double[] {1, 2, 5}, label);
    }

    /** The same with powers of four as marks, as sizes of memory are. */
    static Axis memory(String name, DoubleStream values, DoubleFunction<String> label) {
        return log(name, sorted(values), 4, new double[] {1}, label);
    }

    private static double[] sorted(DoubleStream values) {
        double[] sorted = values.filter(value -> value > 0).sorted().toArray();
        return sorted.length == 0 ? new double[] {1} : sorted;
    }

    private static Axis log(
            String name, double[] sorted, double base, double[] mantissas, DoubleFunction<String> label) {
        double least = sorted[0];
        double greatest = sorted[sorted.length - 1];
        int first = (int) Math.floor(Math.log(least) / Math.log(base));
        int last = (int) Math.ceil(Math.log(greatest) / Math.log(base)) + 1;
        List<Double> marks = new ArrayList<>();
        for (int power = first; power <= last; power++) {
            for (double mantissa : mantissas) {
                marks.add(mantissa * Math.pow(base, power));
            }
        }
        while (marks.size() > 2 && marks.get(1) <= least) {
            marks.remove(0);
        }
        while (marks.size() > 2 && marks.get(marks.size() - 2) >= greatest) {
            marks.remove(marks.size() - 1);
        }
        return new Axis(
                name,
                value -> Math.log10(Math.max(value, Double.MIN_NORMAL)),
                marks.get(0),
                marks.get(marks.size() - 1),
                marks.stream().map(mark -> new Tick(mark, label.apply(mark))).toList());
    }

    /** The tail of a distribution: 90 %, 99 %, 99.9 % lie at equal distances. */
    static Axis percentiles() {
        return new Axis(
                "percentile",
                percent -> -Math.log10(1 - percent / 100),
                PERCENTILES[0],
                PERCENTILES[PERCENTILES.length - 1],
                DoubleStream.of(PERCENTILES)
                        .mapToObj(percent -> new Tick(percent, Figures.plain(percent) + " %"))
                        .toList());
    }

    String name() {
        return name;
    }

    List<Tick> ticks() {
        return ticks;
    }

    double place(double value) {
        return Math.min(1, Math.max(0, (scale.applyAsDouble(value) - from) / (to - from)));
    }
}
