// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import org.untorn.benchmarks.run.Measurement;

/**
 * A panel as horizontal bars from zero, with error bars. Each name stands above its bar, so that a long one fits a phone.
 */
final class BarChart {
    static final int WIDTH = 360;
    private static final int ROW = 31;
    private static final int HEADING = 22;
    private static final int BAR = 10;
    private static final int LINE = 58; // characters of a heading

    private final Panel panel;
    private final double max;

    /** On a scale that ends at max, so that charts side by side can be compared. */
    BarChart(Panel panel, double max) {
        this.panel = panel;
        this.max = max;
    }

    double height() {
        double height = 4;
        Kind before = null;
        for (Measurement each : panel.measurements()) {
            height += ROW + (Kind.of(each) == before ? 0 : HEADING);
            before = Kind.of(each);
        }
        return height;
    }

    void draw(Svg svg, double left, double top) {
        double y = top;
        Kind before = null;
        for (Measurement each : panel.measurements()) {
            Kind kind = Kind.of(each);
            if (kind != before) {
                svg.text(left, y + 15, "heading", heading(each, kind));
                y += HEADING;
                before = kind;
            }
            bar(svg, each, kind, left, y);
            y += ROW;
        }
    }

    private static String heading(Measurement measurement, Kind kind) {
        String text = kind == Kind.OTHER ? measurement.group() : kind.heading;
        return text.length() > LINE ? text.substring(0, text.indexOf(':')) : text;
    }

    private void bar(Svg svg, Measurement each, Kind kind, double left, double y) {
        svg.text(left, y + 11, kind == Kind.OURS ? "name ours-name" : "name", each.subject());
        svg.text(left + WIDTH, y + 11, "value", Figures.of(each.value(), each.error(), each.unit()));
        svg.rect(left, y + 16, WIDTH, BAR, "track");
        svg.rect(left, y + 16, WIDTH * each.value() / max, BAR, kind.style());
        if (!Double.isNaN(each.error())) {
            double middle = y + 16 + BAR / 2.0;
            double from = left + WIDTH * Math.max(0, each.value() - each.error()) / max;
            double to = left + WIDTH * Math.min(max, each.value() + each.error()) / max;
            svg.line(from, middle, to, middle, "error");
            svg.line(from, middle - 3, from, middle + 3, "error");
            svg.line(to, middle - 3, to, middle + 3, "error");
        }
    }
}
