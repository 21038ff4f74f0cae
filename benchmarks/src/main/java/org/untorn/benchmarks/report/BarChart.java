// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import org.untorn.benchmarks.run.Measurement;

/**
 * A panel as horizontal bars from zero, with error bars. Each name stands above its bar, so that a long one fits a phone.
 */
final class BarChart {
    static final int WIDTH = 340;
    private static final int ROW = 31;
    private static final int HEADING = 22;
    private static final int BAR = 10;
    private static final int LINE = 14;
    private static final double LETTER = 6.6; // its width, about, in a wide typeface

    private final Panel panel;
    private final double max;

    /** On a scale that ends at max, so that charts side by side can be compared. */
    BarChart(Panel panel, double max) {
        this.panel = panel;
        this.max = max;
    }

    double height() {
        return draw(null, 0, 0);
    }

    /** Draws it, or with no drawing only measures it. Returns where it ends. */
    double draw(Svg svg, double left, double top) {
        double y = top;
        Kind before = null;
        for (Measurement each : panel.measurements()) {
            Kind kind = Kind.of(each);
            if (kind != before && !each.subject().startsWith(kind.heading)) {
                if (svg != null) {
                    svg.text(left, y + 15, "heading", heading(each, kind));
                }
                y += HEADING;
            }
            before = kind;
            y = bar(svg, each, kind, left, y);
        }
        return y + 4;
    }

    private static String heading(Measurement measurement, Kind kind) {
        return kind == Kind.OTHER
                ? measurement.group()
                : kind.heading(measurement.experiment().equals("signal"));
    }

    private double bar(Svg svg, Measurement each, Kind kind, double left, double top) {
        String value = Figures.of(each.value(), each.error(), each.unit());
        boolean fits = (each.subject().length() + value.length() + 2) * LETTER < WIDTH;
        double y = fits ? top : top + LINE;
        if (svg != null) {
            svg.text(left, top + 11, kind == Kind.OURS ? "name ours-name" : "name", each.subject());
            svg.text(left + WIDTH, y + 11, "value", value);
            svg.rect(left, y + 16, WIDTH, BAR, "track");
            svg.rect(left, y + 16, WIDTH * each.value() / max, BAR, kind.style());
            error(svg, each, left, y + 16 + BAR / 2.0);
        }
        return y + ROW;
    }

    private void error(Svg svg, Measurement each, double left, double y) {
        if (!Double.isNaN(each.error())) {
            double from = left + WIDTH * Math.max(0, each.value() - each.error()) / max;
            double to = left + WIDTH * Math.min(max, each.value() + each.error()) / max;
            svg.line(from, y, to, y, "error");
            svg.line(from, y - 3, from, y + 3, "error");
            svg.line(to, y - 3, to, y + 3, "error");
        }
    }
}
