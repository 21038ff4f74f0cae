// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.Locale;

/** Writes the elements of one drawing. Colours and sizes are left to the style sheet. */
final class Svg {
    private final StringBuilder out = new StringBuilder();

    /** Begins it. The title and the description are what a screen reader reads. */
    Svg(double width, double height, String title, String description, String style) {
        out.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" role=\"img\">%n",
                number(width),
                number(height)));
        out.append("<title>").append(escape(title)).append("</title>\n");
        out.append("<desc>").append(escape(description)).append("</desc>\n");
        if (!style.isEmpty()) {
            out.append("<style>\n").append(style).append("</style>\n");
        }
    }

    void text(double x, double y, String style, String text) {
        out.append("<text").append(attributes(style, "x", x, "y", y)).append('>');
        out.append(escape(text)).append("</text>\n");
    }

    void rect(double x, double y, double width, double height, String style) {
        element("rect", style, "x", x, "y", y, "width", Math.max(0, width), "height", height);
    }

    void line(double x1, double y1, double x2, double y2, String style) {
        element("line", style, "x1", x1, "y1", y1, "x2", x2, "y2", y2);
    }

    void path(String data, String style) {
        element("path", style, "d", data);
    }

    private void element(String name, String style, Object... attributes) {
        out.append('<').append(name).append(attributes(style, attributes)).append("/>\n");
    }

    private static String attributes(String style, Object... attributes) {
        StringBuilder text = new StringBuilder(" class=\"").append(style).append('"');
        for (int i = 0; i < attributes.length; i += 2) {
            Object value = attributes[i + 1];
            text.append(' ').append(attributes[i]).append("=\"");
            text.append(value instanceof Number each ? number(each.doubleValue()) : value)
                    .append('"');
        }
        return text.toString();
    }

    /** At most one digit after the point. */
    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return out + "</svg>\n";
    }
}
