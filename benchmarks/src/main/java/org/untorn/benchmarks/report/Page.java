// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs as one HTML page without scripts and without anything from the network. Each chart of several runs stands beside
 * the same chart of the others, on the same scale where it is bars.
 */
public final class Page {
    private static final Map<String, String> TITLES = titles();

    private final List<Results> runs;
    private final StringBuilder out = new StringBuilder();

    private Page(List<Results> runs) {
        this.runs = runs;
    }

    /** The page of one run or several. */
    public static String of(List<Results> runs) {
        return new Page(runs).write();
    }

    private static Map<String, String> titles() {
        Map<String, String> titles = new LinkedHashMap<>();
        titles.put("signal", "The path of a signal");
        titles.put("cell", "The cell that holds a pair");
        titles.put("migration", "What a move costs");
        titles.put("latency", "How late a handler starts");
        titles.put("scale", "What size costs");
        titles.put("limits", "What the hardware itself costs");
        return titles;
    }

    private String write() {
        out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
        out.append("<title>Untorn, measured</title>\n<style>\n");
        out.append(resource("page.css")).append(resource("chart.css"));
        out.append("</style>\n</head>\n<body>\n<main>\n");
        head();
        targets();
        Set<String> experiments = new LinkedHashSet<>(TITLES.keySet());
        runs.forEach(run -> run.measurements().forEach(each -> experiments.add(each.experiment())));
        for (String experiment : experiments) {
            if (runs.stream().anyMatch(run -> !Panel.of(run, experiment).isEmpty())) {
                experiment(experiment);
            }
        }
        lost();
        return out.append("</main>\n</body>\n</html>\n").toString();
    }

    // ---- head ----

    private void head() {
        out.append("<h1>Untorn, measured</h1>\n");
        for (int i = 0; i < runs.size(); i++) {
            Results run = runs.get(i);
            Conditions on = run.conditions();
            paragraph("muted", name(i) + on.date() + ", " + on.depth() + " run on " + on.describe());
            if (on.isLoaded()) {
                paragraph("warning", name(i) + on.warning());
            }
            if (!run.isComplete()) {
                paragraph("warning", name(i) + "The run did not end: this is what it had measured until then.");
            }
            if (!run.failures().isEmpty()) {
                paragraph("warning", name(i) + "Not measured: " + String.join("; ", run.failures()));
            }
            details("Conditions", conditions(run));
        }
        paragraph(
                "muted",
                "Errors are half the width of the 99.9 % confidence interval. Ratios hold within one run; compare"
                        + " machines by their ratios.");
    }

    private static String conditions(Results run) {
        Conditions on = run.conditions();
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("machine", on.machine() + ", " + on.cores() + " cores");
        lines.put("system", on.os());
        lines.put("JVM", on.jvm());
        lines.put("JVM flags", on.flags().isEmpty() ? "none" : String.join(" ", on.flags()));
        lines.put("command", on.command());
        lines.put("commit", on.commit().isEmpty() ? "not known" : on.commit());
        lines.put("start", on.start());
        lines.put("end", run.isComplete() ? run.end() : "did not end");
        lines.put("in use before the start", on.busy() < 0 ? "not known" : Figures.digits(100 * on.busy()) + " %");
        lines.put("seed", Long.toString(on.seed()));
        return lines.entrySet().stream()
                .map(each -> "<dt>" + each.getKey() + "</dt><dd>" + Svg.escape(each.getValue()) + "</dd>\n")
                .collect(Collectors.joining("", "<dl>\n", "</dl>\n"));
    }

    private void targets() {
        if (runs.stream().allMatch(run -> run.targets().isEmpty())) {
            return;
        }
        heading("Targets");
        for (int i = 0; i < runs.size(); i++) {
            if (!runs.get(i).targets().isEmpty()) {
                paragraph("", name(i) + Targets.finding(runs.get(i).targets()));
                out.append(Targets.table(runs.get(i).targets(), true).html());
            }
        }
    }

    private void lost() {
        if (runs.stream().allMatch(run -> Lost.of(run).isEmpty())) {
            return;
        }
        heading("What was lost");
        for (int i = 0; i < runs.size(); i++) {
            List<Lost> lost = Lost.of(runs.get(i));
            if (!lost.isEmpty()) {
                paragraph("", name(i) + Findings.lost(lost));
                out.append(Tables.lost(lost).html());
            }
        }
    }

    // ---- experiments ----

    private void experiment(String id) {
        heading(TITLES.getOrDefault(id, id));
        Set<String> hypotheses = runs.stream()
                .map(run -> run.hypotheses().getOrDefault(id, ""))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        for (String hypothesis : hypotheses) {
            details("What was expected, before it was measured", "<p>" + Svg.escape(hypothesis) + "</p>\n");
        }
        out.append("<div class=\"grid\">\n");
        switch (id) {
            case "latency" -> latency();
            case "scale" -> scale();
            default -> bars(id);
        }
        out.append("</div>\n");
    }

    private void bars(String id) {
        Map<String, Map<Integer, Panel>> panels = byTitle(run -> Panel.of(run, id).stream()
                .collect(Collectors.toMap(
                        each -> each.title() + " in " + each.unit(), each -> each, (a, b) -> a, LinkedHashMap::new)));
        panels.forEach((title, byRun) -> {
            row();
            double max = byRun.values().stream().mapToDouble(Panel::max).max().orElse(1);
            byRun.forEach((run, panel) -> {
                String finding = id.equals("limits") ? Findings.limits(panel) : Findings.bars(panel);
                BarChart chart = new BarChart(panel, max);
                Svg svg = new Svg(BarChart.WIDTH, chart.height(), title, finding, "");
                chart.draw(svg, 0, 0);
                String heading = panel.title().isEmpty() ? panel.unit() : panel.title();
                figure(
                        run,
                        heading,
                        finding,
                        svg,
                        Tables.panel(panel, runs.get(run).atomicOr()));
            });
        });
    }

    private void latency() {
        byTitle(Latency::charts).forEach((owner, byRun) -> {
            row();
            byRun.forEach((run, curves) -> {
                LineChart chart = Latency.chart(curves);
                String finding = Findings.tail(curves, "p99.9");
                figure(run, owner, finding, drawing(chart, owner, finding), Tables.latency(curves));
            });
        });
    }

    private void scale() {
        byTitle(Scale::charts).forEach((unit, byRun) -> {
            row();
            byRun.forEach((run, curves) -> {
                LineChart chart = Scale.chart(unit, curves);
                String title = Scale.title(unit);
                String finding = Findings.growth(curves, Scale.SIZE);
                figure(run, title, finding, drawing(chart, title, finding), Tables.curves(Scale.SIZE, unit, curves));
            });
        });
    }

    private static Svg drawing(LineChart chart, String title, String finding) {
        Svg svg = new Svg(LineChart.WIDTH, chart.height(), title, finding, "");
        chart.draw(svg);
        return svg;
    }

    /** What each run has under each title; the number of a run is its place in the list. */
    private <T> Map<String, Map<Integer, T>> byTitle(Function<Results, Map<String, T>> charts) {
        Map<String, Map<Integer, T>> all = new LinkedHashMap<>();
        for (int i = 0; i < runs.size(); i++) {
            int run = i;
            charts.apply(runs.get(i))
                    .forEach((title, chart) -> all.computeIfAbsent(title, none -> new LinkedHashMap<>())
                            .put(run, chart));
        }
        return all;
    }

    // ---- parts ----

    /** "A: " where there are several runs. */
    private String name(int run) {
        return runs.size() == 1 ? "" : (char) ('A' + run) + ": ";
    }

    /** A chart of several runs begins a row, so that it stands beside the same of the others. */
    private void row() {
        if (runs.size() > 1) {
            out.append("</div>\n<div class=\"grid\">\n");
        }
    }

    private void heading(String text) {
        out.append("<h2>").append(Svg.escape(text)).append("</h2>\n");
    }

    private void paragraph(String style, String text) {
        out.append("<p").append(style.isEmpty() ? ">" : " class=\"" + style + "\">");
        out.append(Svg.escape(text)).append("</p>\n");
    }

    private void details(String summary, String content) {
        out.append("<details><summary>").append(summary).append("</summary>\n");
        out.append(content).append("</details>\n");
    }

    private void figure(int run, String title, String finding, Svg svg, Table table) {
        out.append("<figure><figcaption><h3>")
                .append(Svg.escape(name(run) + title))
                .append("</h3>\n");
        paragraph("", finding);
        out.append("</figcaption>\n").append(svg);
        details("The figures", table.html());
        out.append("</figure>\n");
    }

    static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
