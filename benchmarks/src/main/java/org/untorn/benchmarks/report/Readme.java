// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The one chart and the one table of a committed run that stand in the README, between two markers. */
public final class Readme {
    static final String BEGIN = "<!-- results:begin -->\n";
    static final String END = "<!-- results:end -->\n";
    static final String CHART = "signal.svg";

    private static final int PANELS = 4;
    private static final int COLUMNS = 2;
    private static final int GAP = 28;
    private static final int MARGIN = 16;
    private static final int TITLE = 26;

    private final Path readme;
    private final Path directory;
    private final Results run;

    /** The run is that of the directory, which is inside the README's. */
    public Readme(Path readme, Path directory, Results run) {
        this.readme = readme;
        this.directory = directory;
        this.run = run;
    }

    /** Replaces what is between the markers, and the chart. */
    public void write() throws IOException {
        String text = Files.readString(readme);
        String block = block();
        Files.writeString(directory.resolve(CHART), chart());
        Files.writeString(readme, before(text) + block + after(text));
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
                .toList();
        if (panels.isEmpty() || moves.isEmpty()) {
            throw new IOException(directory + ": the run has no signal path, or no moves.");
        }
        Conditions on = run.conditions();
        String folder = readme.toAbsolutePath()
                .normalize()
                .getParent()
                .relativize(directory.toAbsolutePath().normalize())
                .toString()
                .replace('\\', '/');
        return "%s\n![%s](%s/%s)\n\n%s, %s.\n\n%s\n%s\n"
                .formatted(
                        sentence(on, folder),
                        Findings.bars(panels.get(0)),
                        folder,
                        CHART,
                        "What a move costs and what it loses",
                        moves.get(0).title(),
                        Tables.moves(moves.get(0), Lost.of(run)).markdown(),
                        Findings.lost(Lost.of(run)));
    }

    private static String sentence(Conditions on, String folder) {
        return "Measured on %s with %s ([%s run](%s/%s)): signals observed per second, one thread or two.\n"
                .formatted(on.date(), on.describe(), on.depth(), folder, Results.FILE);
    }

    /** The first of each shape, since what targets depend on is measured first. */
    private List<Panel> panels() {
        Map<String, Panel> shapes = new LinkedHashMap<>();
        for (Panel each : Panel.of(run, "signal")) {
            shapes.putIfAbsent(each.parameters().getOrDefault("shape", ""), each);
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
