// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The one chart and the one table of a committed run that stand in the README, between two markers. */
public final class Readme {
    static final String BEGIN = "<!-- results:begin -->\n";
    static final String END = "<!-- results:end -->\n";
    static final String CHART = "signal.svg";
    static final String FOLDER = "benchmarks/runs/";

    private static final int PANELS = 4;
    private static final int COLUMNS = 2;
    private static final int GAP = 28;
    private static final int MARGIN = 16;
    private static final int TITLE = 26;

    private final Path readme;
    private final Results run;

    /** Of a run wherever it was made. */
    public Readme(Path readme, Results run) {
        this.readme = readme;
        this.run = run;
    }

    /** Puts the run, without raw data, and its chart beside the README, and replaces what is between the markers. */
    public void write() throws IOException {
        String text = Files.readString(readme);
        String next = before(text) + block() + after(text);
        Path directory = readme.toAbsolutePath().resolveSibling(folder());
        Files.createDirectories(directory);
        run.save(directory);
        Files.writeString(directory.resolve(CHART), chart());
        Files.writeString(readme, next);
    }

    /** Where the run is committed: by date and machine. */
    String folder() {
        String machine = run.conditions()
                .machine()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        return FOLDER + run.conditions().date() + '-' + machine;
    }

    private String before(String text) throws IOException {
        int at = text.indexOf(BEGIN);
        if (at < 0) {
            throw new IOException(readme + ": the marker " + BEGIN.strip() + " is missing.");
        }
        return text.substring(0, at + BEGIN.length());
    }

    private String after(String text) throws IOException {
        int at = text.indexOf(END, before(text).length());
        if (at < 0) {
            throw new IOException(readme + ": the marker " + END.strip() + " is missing.");
        }
        return text.substring(at);
    }

    /** What stands between the markers. */
    String block() throws IOException {
        List<Panel> panels = panels();
        List<Panel> moves = Panel.of(run, "migration").stream()
                .filter(panel -> panel.unit().startsWith("ns"))
                .sorted(Comparator.comparing(panel -> panel.parameters().getOrDefault("threads", "")))
                .toList(); // what one thread does first: it has the least noise
        if (panels.isEmpty() || moves.isEmpty() || !run.isComplete()) {
            throw new IOException("The run did not end, or has no signal path, or no moves: it is not to be shown.");
        }
        Conditions on = run.conditions();
        List<String> lines = new ArrayList<>();
        lines.add("Measured on %s ([%s run](%s/%s)): %s."
                .formatted(on.date(), on.depth(), folder(), Results.FILE, on.describe()));
        if (on.isLoaded()) {
            lines.add(on.warning());
        }
        lines.add("");
        for (Panel each : panels) {
            lines.add("- " + each.title() + ": " + Findings.bars(each));
        }
        lines.add("");
        lines.add("![Signals observed per second, Untorn and its rivals](" + folder() + '/' + CHART + ')');
        lines.add("");
        lines.add("What a move costs (" + moves.get(0).title() + ") and what was lost in closed loop:");
        lines.add("");
        lines.add(Tables.moves(moves.get(0), Lost.of(run)).markdown());
        lines.add(Findings.lost(Lost.of(run)));
        return String.join("\n", lines) + '\n';
    }

    /** The last of each shape: of bursts that of most raises. */
    private List<Panel> panels() {
        Map<String, Panel> shapes = new LinkedHashMap<>();
        for (Panel each : Panel.of(run, "signal")) {
            shapes.put(each.parameters().getOrDefault("shape", ""), each);
        }
        return shapes.values().stream().limit(PANELS).toList();
    }

    /** The signal path against its rivals, readable on a light page and on a dark one. */
    String chart() {
        List<Panel> panels = panels();
        int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
        double height = panels.stream()
                .mapToDouble(panel -> new BarChart(panel, 1).height())
                .max()
                .orElse(0);
        double width = 2 * MARGIN + COLUMNS * BarChart.WIDTH + (COLUMNS - 1) * GAP;
        double row = TITLE + height + GAP;
        Svg svg = new Svg(
                width,
                2 * MARGIN + rows * row - GAP,
                "Signals observed per second",
                panels.stream()
                        .map(Findings::bars)
                        .reduce((a, b) -> a + ' ' + b)
                        .orElse(""),
                Page.resource("chart.css"));
        svg.rect(0, 0, width, 2 * MARGIN + rows * row - GAP, "card");
        for (int i = 0; i < panels.size(); i++) {
            double left = MARGIN + i % COLUMNS * (BarChart.WIDTH + GAP);
            double top = MARGIN + i / COLUMNS * row;
            svg.text(left, top + 14, "title", panels.get(i).title());
            new BarChart(panels.get(i), panels.get(i).max()).draw(svg, left, top + TITLE);
        }
        return svg.toString();
    }
}
