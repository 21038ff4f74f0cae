// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceReaderTest {
    private static final String REST = " 12: k_free: (irq_matrix_free+0x0/0xd0) cpu=2 bit=33 managed=1\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "          <idle>-0       [003] d...", // 5.10
                "          <idle>-0       [003] d..1.", // 6.1
                "     kworker/u8:10-151     [003] dNh4.",
                "     migration/2-25      [003] d..4.",
                " my task [7] -5 <x>: y-99    [003] d..1.",
                "  a-1 [001] b-22      [003] d..1.", // a name that looks like the start of a line
                "   x[001]-7 [003] d..1.",
                "  caf\u00e9 \u00ff-8      [003] .....",
                "            bash-1234    (   1200) [003] d..1.", // record-tgid is set
                "          <idle>-0       (-------) [003] d..1.",
            })
    void next_anyTaskName_isOneEvent(String start) throws IOException {
        TraceEvent event = Runs.reader(start + REST).next();
        assertEquals(3, event.cpu());
        assertEquals("k_free", event.name());
        assertEquals(2, event.cpu("cpu"));
        assertEquals(33, event.number("bit"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eth1", // the rest of a marker of several lines
                "",
                "# tracer: nop",
                "CPU:2 [LOST 17 EVENTS]",
                "a-1 [000] d..1. word: k_free: cpu=1",
                "a-1 [000] d..1. 12 k_free: cpu=1",
                "a-1 [0] d..1. 12: k_free: cpu=1",
                "a-1 [000] d 12: k_free: cpu=1",
                "a-x [000] d..1. 12: k_free: cpu=1",
                "a-1[000] d..1. 12: k_free: cpu=1",
                "a-1 [000] d..1. 12: some_function <-its_caller",
                "a-1 [000] d..1. 12:",
                "a-1 [000]",
                "[[[[",
            })
    void next_lineThatIsNoEvent_isSkippedAndCounted(String line) throws IOException {
        TraceReader reader = Runs.reader(line + "\n<idle>-0 [001] d..1." + REST);
        assertEquals(2, reader.next().line());
        assertNull(reader.next());
        assertEquals(2, reader.lines());
    }

    @Test
    void next_secondsForTheStamp_isAnEvent() throws IOException {
        assertEquals(
                "x", Runs.reader("a-1 [000] d..1.   123.456789: x: y=1").next().name());
    }

    @Test
    void next_lostEvents_areCounted() throws IOException {
        TraceReader reader = Runs.reader("CPU:2 [LOST 17 EVENTS]\n<idle>-0 [001] d..1." + REST);
        reader.next();
        assertEquals(1, reader.losses());
    }

    @Test
    void next_carriageReturnInAMarker_isNoLine() throws IOException {
        TraceReader reader = Runs.reader("a-1 [000] d..1. 1: tracing_mark_write: a\rb\nb-1 [000] d..1." + REST);
        reader.next();
        assertEquals(2, reader.next().line());
    }

    @Test
    void next_veryLongLine_isCutNotKept() throws IOException {
        TraceReader reader = Runs.reader("x".repeat(10_000_000) + "\n<idle>-0 [001] d..1." + REST);
        assertEquals(2, reader.next().line());
    }

    @Test
    void next_columnOf64_isRefused() {
        var e = assertThrows(
                UnusableTraceException.class,
                () -> Runs.reader("a-1 [064] d..1." + REST).next());
        assertTrue(e.getMessage().startsWith("line 1: CPU 64 is beyond the 64 CPUs"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# only\n# comments\n", "{\"json\": [1, 2, 3]}"})
    void next_noTrace_isRefused(String text) {
        var e = assertThrows(
                UnusableTraceException.class, () -> Runs.reader(text).next());
        assertTrue(e.getMessage().startsWith("this is not a trace"), e.getMessage());
    }

    @Test
    void next_gzipOfSeveralMembers_isReadToItsEnd() throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        for (int i = 0; i < 2; i++) {
            try (OutputStream out = new GZIPOutputStream(zipped)) {
                out.write(("a-1 [000] d..1." + REST).getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        TraceReader reader = new TraceReader(new ByteArrayInputStream(zipped.toByteArray()));
        reader.next();
        assertEquals(2, reader.next().line());
    }

    @Test
    void number_everyForm_isRead() throws IOException {
        TraceEvent event = new TraceEvent(7, 0, "k", " (f+0x1) a=-28 b=0xfee01004, mask=0xffffffffffffffff bb=3\r");
        assertEquals(-28, event.number("a"));
        assertEquals(0xfee01004, event.number("b"));
        assertEquals(-1L, event.bits("mask"));
        assertEquals(3, event.number("bb"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "d", "e", "ee"})
    void number_fieldMissingOrCut_namesLineAndField(String key) {
        TraceEvent event = new TraceEvent(7, 0, "k_free", " cc=1 d=x e=");
        var e = assertThrows(UnusableTraceException.class, () -> event.number(key));
        assertTrue(e.getMessage().startsWith("line 7: k_free has no number '" + key + "='"), e.getMessage());
    }
}
