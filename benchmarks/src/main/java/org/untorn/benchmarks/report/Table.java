// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of text under headings: as HTML, as Markdown, and as plain text. The columns after the first few are figures. */
final class Table {
    private final List<String> headings;
    private final int words; // columns, from the left, that are words
    private final List<List<String>> rows = new ArrayList<>();

    Table(int words, String... headings) {
        this.words = words;
        this.headings = List.of(headings);
    }

    void add(String... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException("cells=" + cells.length + ", headings=" + headings.size());
        }
        rows.add(List.of(cells));
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    String html() {
        StringBuilder out = new StringBuilder("<div class=\"table\"><table>\n<thead>");
        row(out, headings, "th");
        out.append("</thead>\n<tbody>\n");
        rows.forEach(row -> row(out, row, "td"));
        return out.append("</tbody>\n</table></div>\n").toString();
    }

    private void row(StringBuilder out, List<String> cells, String element) {
        out.append("<tr>");
        for (int i = 0; i < cells.size(); i++) {
            out.append('<').append(element).append(i < words ? ">" : " class=\"figure\">");
            out.append(Svg.escape(cells.get(i)));
            out.append("</").append(element).append('>');
        }
        out.append("</tr>\n");
    }

    String markdown() {
        StringBuilder out = new StringBuilder();
        line(out, headings);
        out.append('|');
        IntStream.range(0, headings.size()).forEach(i -> out.append(i < words ? "---|" : "---:|"));
        out.append('\n');
        rows.forEach(row -> line(out, row));
        return out.toString();
    }

    private static void line(StringBuilder out, List<String> cells) {
        out.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** With columns as wide as their widest cell; a row of one cell may run over the others. */
    String text() {
        List<List<String>> all = new ArrayList<>(List.of(headings));
        all.addAll(rows);
        int[] widths = IntStream.range(0, headings.size())
                .map(i -> all.stream()
                        .filter(row -> !isTitle(row))
                        .mapToInt(row -> row.get(i).length())
                        .max()
                        .orElse(0))
                .toArray();
        StringBuilder out = new StringBuilder();
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String pad = " ".repeat(Math.max(0, widths[i] - row.get(i).length()));
                line.append(i == 0 ? "" : "  ").append(i < words ? row.get(i) + pad : pad + row.get(i));
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    private static boolean isTitle(List<String> row) {
        return row.stream().skip(1).allMatch(String::isEmpty);
    }
}
