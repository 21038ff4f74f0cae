// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PageTest {
    private static final Results RUN = new MadeUpRun().results();

    private static Document parsed(String page) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(page.replace("<!DOCTYPE html>", ""))));
    }

    private static List<Element> elements(Document page, String name) {
        NodeList nodes = page.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    /** For a look at it: -Dpage.file=/tmp/page.html. */
    @Test
    void page_isWellFormed_andNeedsNothingElse() throws Exception {
        String text = Page.of(List.of(RUN));
        if (System.getProperty("page.file") != null) {
            Files.writeString(Path.of(System.getProperty("page.file")), text);
        }
        Document page = parsed(text);
        assertTrue(elements(page, "script").isEmpty());
        assertTrue(elements(page, "link").isEmpty());
        assertFalse(text.replace("http://www.w3.org/2000/svg", "").contains("://"), "something from elsewhere");
        assertTrue(text.contains("name=\"viewport\""));
        assertTrue(text.contains("prefers-color-scheme: dark"));
    }

    @Test
    void chart_hasTitleDescriptionAndTable() throws Exception {
        List<Element> figures = elements(parsed(Page.of(List.of(RUN))), "figure");
        assertTrue(figures.size() >= 12, "figures=" + figures.size());
        for (Element figure : figures) {
            for (String part : List.of("title", "desc", "table", "summary", "h3")) {
                assertEquals(1, figure.getElementsByTagName(part).getLength(), part);
            }
            String finding = figure.getElementsByTagName("p").item(0).getTextContent();
            assertEquals(finding, figure.getElementsByTagName("desc").item(0).getTextContent());
            assertTrue(finding.endsWith("."), finding);
        }
    }

    @Test
    void severalRuns_eachChartStandsBesideTheOthers() throws Exception {
        Results other = new MadeUpRun().on("Ampere Altra", 0.4).ours(0.4).results();
        String text = Page.of(List.of(RUN, other));
        Document page = parsed(text);
        int alone = elements(parsed(Page.of(List.of(RUN))), "figure").size();
        assertEquals(2 * alone, elements(page, "figure").size());
        assertTrue(text.contains("A: 2026-11-24, full run on AMD EPYC 7B13 &lt;made up &amp; escaped&gt;"));
        assertTrue(text.contains("B: 2026-11-24, full run on Ampere Altra"));
        assertTrue(
                text.contains("B: The machine was not quiet: 40 % of its 2 cores were in use just before the start"));
        assertFalse(text.contains("A: The machine was not quiet"));
    }

    @Test
    void losingResults_stayInTheTables_andAreSaid() {
        String text = Page.of(List.of(new MadeUpRun().lost(3).ours(0.5).results()));
        assertTrue(text.contains("The library lost raises: stamped lost 3; of the controls, which must lose, torn lost"
                + " 1,234; not seen to lose: three-step as on hardware."));
        assertTrue(text.contains("<td>LOST</td>"));
        assertTrue(text.contains("1 of 3 targets met, 1 not measured in this run; missed: 64-raise bursts against the"
                + " fastest queue (missed by 67 %)."));
    }

    @Test
    void brokenOffRun_saysSo() {
        Results cut = new Results(
                Results.FORMAT,
                RUN.conditions(),
                "",
                RUN.hypotheses(),
                RUN.measurements().subList(0, 9),
                List.of(),
                List.of("scale: out of memory"));
        String text = Page.of(List.of(cut));
        assertTrue(text.contains("The run did not end"));
        assertTrue(text.contains("Not measured: scale: out of memory"));
        assertNotEquals(text, Page.of(List.of(RUN)));
    }
}
