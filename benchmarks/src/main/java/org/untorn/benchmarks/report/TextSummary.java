// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.untorn.benchmarks.run.Measurement;

/** A run on a terminal, in at most {@value #COLUMNS} columns. */
public final class TextSummary {
    public static final int COLUMNS = 100;
    private static final int NAME = 56;

    private TextSummary() {}

    /** Prints the tables, and which targets were met. */
    public static void print(Results run, PrintWriter out) {
        paragraph(out, run.conditions().describe());
        Set<String> experiments = new LinkedHashSet<>();
        run.measurements().forEach(each -> experiments.add(each.experiment()));
        for (String experiment : experiments) {
            out.println();
            switch (experiment) {
                case "latency" ->
                    Latency.charts(run).forEach((owner, curves) -> {
                        out.println("latency" + (owner.isEmpty() ? "" : ", " + owner));
                        out.print(shortened(Tables.latency(curves).text()));
                    });
                case "scale" ->
                    Scale.charts(run).forEach((unit, curves) -> {
                        out.println("scale, " + unit);
                        out.print(shortened(
                                Tables.curves(Scale.SIZE, unit, curves).text()));
                    });
                default ->
                    out.print(panels(experiment, Panel.of(run, experiment)).text());
            }
        }
        List<Lost> lost = Lost.of(run);
        if (!lost.isEmpty()) {
            out.println();
            out.print(shortened(Tables.lost(lost).text()));
            paragraph(out, Findings.lost(lost));
        }
        if (!run.targets().isEmpty()) {
            out.println();
            out.print(shortened(Targets.table(run.targets(), false).text()));
            paragraph(out, Targets.finding(run.targets()));
        }
        run.failures().forEach(failure -> paragraph(out, "Not measured: " + failure));
    }

    private static Table panels(String experiment, List<Panel> panels) {
        Table table = new Table(1, experiment, "measured", "speed", "B/op");
        for (Panel panel : panels) {
            double ours = panel.best(Kind.OURS).map(Panel::speed).orElse(Double.NaN);
            table.add(panel.title().isEmpty() ? panel.unit() : panel.title(), "", "", "");
            for (Measurement each : panel.measurements()) {
                Map<String, Double> also = each.also();
                table.add(
                        cut("  " + each.subject() + (each.group().isEmpty() ? "" : " (" + each.group() + ")"), NAME),
                        Figures.of(each.value(), each.error(), each.unit()),
                        Double.isNaN(ours) ? "" : Figures.digits(Panel.speed(each) / ours),
                        also.containsKey("B/op") ? "%.1f".formatted(also.get("B/op")) : "");
            }
        }
        return table;
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + '…';
    }

    private static String shortened(String table) {
        StringBuilder out = new StringBuilder();
        table.lines().forEach(line -> out.append(cut(line, COLUMNS)).append('\n'));
        return out.toString();
    }

    /** Broken at spaces. */
    private static void paragraph(PrintWriter out, String text) {
        String rest = text;
        while (rest.length() > COLUMNS) {
            int at = rest.lastIndexOf(' ', COLUMNS);
            at = at < 3 ? COLUMNS : at;
            out.println(rest.substring(0, at));
            rest = "  " + rest.substring(at).strip();
        }
        out.println(rest);
    }
}
