// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path RUNS = Path.of("runs");
    private static final Pattern FOLDER = Pattern.compile("\\(benchmarks/(runs/[^/)]+)/" + Results.FILE + "\\)");

    @TempDir
    private Path folder;

    private static String block(String readme) {
        int begin = readme.indexOf(Readme.BEGIN) + Readme.BEGIN.length();
        return readme.substring(begin, readme.indexOf(Readme.END, begin));
    }

    /** What the README shows is what the run it names measured; only if no run is committed it shows nothing. */
    @Test
    void committedReadme_agreesWithItsRun() throws IOException {
        String block = block(Files.readString(README));
        if (block.isEmpty()) {
            assertEquals(List.of(), committedRuns(), "a run is committed, but not shown");
            return;
        }
        Matcher matcher = FOLDER.matcher(block);
        assertTrue(matcher.find(), block);
        Path directory = Path.of(matcher.group(1));
        Readme readme = new Readme(README, Results.load(directory));
        assertEquals(Path.of("benchmarks").resolve(directory), Path.of(readme.folder()));
        assertEquals(readme.block(), block);
        assertEquals(readme.chart(), Files.readString(directory.resolve(Readme.CHART)));
    }

    private static List<Path> committedRuns() throws IOException {
        if (!Files.isDirectory(RUNS)) {
            return List.of();
        }
        try (Stream<Path> runs = Files.list(RUNS)) {
            return runs.toList();
        }
    }

    @Test
    void write_replacesWhatIsBetweenTheMarkers_andTwiceIsOnce() throws IOException {
        Results results = new MadeUpRun().results();
        Path file = folder.resolve("README.md");
        Files.writeString(file, "before\n" + Readme.BEGIN + "old\n" + Readme.END + "after\n");
        new Readme(file, results).write();
        Path run = folder.resolve("benchmarks/runs/2026-11-24-amd-epyc-7b13-made-up-escaped");
        assertEquals(results, Results.load(run));
        String once = Files.readString(file);
        assertTrue(once.startsWith("before\n" + Readme.BEGIN) && once.endsWith(Readme.END + "after\n"), once);
        assertFalse(once.contains("old"), once);
        assertTrue(once.contains("](benchmarks/runs/2026-11-24-amd-epyc-7b13-made-up-escaped/signal.svg)"), once);
        assertTrue(once.contains("| torn | control | 170 ns ± 3.3 % | 1.07 | 1,234 | 3 |"), once);
        new Readme(file, results).write();
        assertEquals(once, Files.readString(file));
        String chart = Files.readString(run.resolve(Readme.CHART));
        assertTrue(chart.contains(MadeUpRun.LONGEST_NAME) && chart.contains("prefers-color-scheme"), chart);
        new Readme(file, new MadeUpRun().ours(3).results()).write();
        assertNotEquals(once, Files.readString(file));
        if (System.getProperty("page.file") != null) {
            Files.writeString(Path.of(System.getProperty("page.file") + ".svg"), chart);
            System.out.println(once);
        }
    }

    @Test
    void write_noMarkers_isRefused_andTheFileStays() throws IOException {
        Path file = Files.writeString(folder.resolve("README.md"), "nothing\n");
        Readme readme = new Readme(file, new MadeUpRun().results());
        assertTrue(assertThrows(IOException.class, readme::write).getMessage().contains("marker"));
        assertEquals("nothing\n", Files.readString(file));
    }
}
