// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    @TempDir
    private Path folder;

    @Test
    void saveAndLoad_givesTheSame_evenWhatHasNoError() throws IOException {
        Results run = new MadeUpRun().results();
        assertTrue(run.measurements().stream().anyMatch(each -> Double.isNaN(each.error())));
        run.save(folder);
        assertEquals(run, Results.load(folder));
        assertEquals(Page.of(List.of(run)), Page.of(List.of(Results.load(folder))));
        assertFalse(Files.readString(folder.resolve(Results.FILE)).contains("NaN"), "JSON has none");
    }

    @Test
    void load_whatIsNoRun_saysWhy() throws IOException {
        assertMessage("there is no readable results.json");
        Files.writeString(folder.resolve(Results.FILE), "Dear reader,\n");
        assertMessage("it is not JSON as a run writes it");
        Files.writeString(folder.resolve(Results.FILE), "");
        assertMessage("format=none, known=2");
        Files.writeString(folder.resolve(Results.FILE), "{\"format\": 9}");
        assertMessage("format=9, known=2");
        Files.writeString(folder.resolve(Results.FILE), "{\"format\": 2}");
        assertMessage("a part of it is missing");
    }

    private void assertMessage(String part) {
        IOException thrown = assertThrows(IOException.class, () -> Results.load(folder));
        assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
        assertTrue(thrown.getMessage().startsWith(folder.toString()), thrown.getMessage());
    }

    @Test
    void summary_fitsATerminal() {
        StringWriter text = new StringWriter();
        TextSummary.print(new MadeUpRun().results(), new PrintWriter(text));
        text.toString()
                .lines()
                .forEach(line -> assertTrue(line.length() <= TextSummary.COLUMNS, line.length() + ": " + line));
        assertTrue(text.toString().contains(MadeUpRun.LONGEST_NAME), text.toString());
        assertTrue(text.toString().contains("2 of 3 targets met"), text.toString());
        if (System.getProperty("page.file") != null) {
            System.out.println(text);
        }
    }
}
