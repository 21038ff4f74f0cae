// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.List;

/** Curves over two axes, told apart by colour, dash and marker; the names stand below. */
final class LineChart {
    static final int WIDTH = 340;
    private static final int LEFT = 58;
    private static final int RIGHT = WIDTH - 14;
    private static final int TOP = 26;
    private static final int BOTTOM = 230;
    private static final int LEGEND = BOTTOM + 52;
    private static final int LEGEND_ROW = 18;
    private static final int STYLES = 6;

    /** A curve; x rises. */
    record Series(String name, double[] x, double[] y) {}

    private final Axis x;
    private final Axis y;
    private final List<Series> series;

    LineChart(Axis x, Axis y, List<Series> series) {
        this.x = x;
        this.y = y;
        this.series = series;
    }

    double height() {
        return LEGEND + LEGEND_ROW * series.size();
    }

    void draw(Svg svg) {
        svg.text(0, 11, "tick", y.name());
        for (Axis.Tick tick : y.ticks()) {
            double at = y(tick.value());
            svg.line(LEFT, at, RIGHT, at, "grid");
            svg.text(LEFT - 6, at + 4, "tick end", tick.label());
        }
        for (Axis.Tick tick : x.ticks()) {
            double at = x(tick.value());
            svg.line(at, BOTTOM, at, BOTTOM + 4, "axis");
            svg.text(at, BOTTOM + 17, at > RIGHT - 20 ? "tick end" : "tick middle", tick.label());
        }
        svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis");
        svg.text((LEFT + RIGHT) / 2.0, BOTTOM + 34, "tick middle", x.name());
        for (int i = 0; i < series.size(); i++) {
            curve(svg, series.get(i), i % STYLES);
            double row = LEGEND + LEGEND_ROW * i;
            svg.line(4, row - 4, 34, row - 4, "curve s" + i % STYLES);
            marker(svg, 19, row - 4, i % STYLES);
            svg.text(42, row, "name", series.get(i).name());
        }
    }

    private void curve(Svg svg, Series series, int style) {
        StringBuilder data = new StringBuilder();
        for (int i = 0; i < series.x().length; i++) {
            data.append(i == 0 ? 'M' : 'L').append(Svg.number(x(series.x()[i]))).append(' ');
            data.append(Svg.number(y(series.y()[i])));
        }
        svg.path(data.toString(), "curve s" + style);
        for (int i = 0; i < series.x().length; i++) {
            marker(svg, x(series.x()[i]), y(series.y()[i]), style);
        }
    }

    private static void marker(Svg svg, double x, double y, int style) {
        String at = Svg.number(x) + ' ' + Svg.number(y);
        String shape = switch (style) {
            case 0 -> "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z";
            case 1 -> "m-3 -3h6v6h-6z";
            case 2 -> "m0 -4.2l4 7h-8z";
            case 3 -> "m0 -4.4l4.4 4.4l-4.4 4.4l-4.4 -4.4z";
            case 4 -> "m0 4.2l4 -7h-8z";
            default -> "m-1.2 -4h2.4v8h-2.4z";
        };
        svg.path('M' + at + shape, "marker f" + style);
    }

    private double x(double value) {
        return LEFT + (RIGHT - LEFT) * x.place(value);
    }

    private double y(double value) {
        return BOTTOM - (BOTTOM - TOP) * y.place(value);
    }
}
