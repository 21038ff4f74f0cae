// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatrixDumpTest {
    private static final String DUMP = """
            matrix_bits 256 alloc_start 32 alloc_end 36 alloc_size 4 systembits_inalloc 1
            Online bitmaps:        1
            Global available:      2
            Global reserved:       0
            Total allocated:       1
            System: 2: 14,33
             | CPU | init | online | avl | man | mac | act | vectors | managed_map
                 0  1  1     1     1     0    1  32 | 34
                 1  0  0     0     0     0    0   |\s
            online mask 1
            vector_irq tables (irq=N)
             cpu 0: 32=irq9
            """;
    private static final String[] LOG = {
        "0 irq_matrix_assign_system: bit=14 online_maps=0 global_avl=0, global_rsvd=0, total_alloc=0",
        "0 irq_matrix_assign_system: bit=33 online_maps=0 global_avl=0, global_rsvd=0, total_alloc=0",
        "0 irq_matrix_online: online_maps=1 global_avl=3, global_rsvd=0, total_alloc=0",
        "0 k_alloc: (f) msk=0x1 reserved=0",
        "0 k_alloc_ret: (g <- f) ret=32",
        "0 tracing_mark_write: END boot",
        "0 k_resvm: (f) msk=0x1",
        "0 irq_matrix_reserve_managed: bit=34 cpu=0 online=1 avl=1 alloc=1 managed=1 online_maps=1 global_avl=1,"
                + " global_rsvd=0, total_alloc=1",
        "0 tracing_mark_write: BEGIN 02-x",
        "0 irq_matrix_reserve: online_maps=1 global_avl=1, global_rsvd=1, total_alloc=1",
        "0 tracing_mark_write: SNAP 02-x",
    };

    @TempDir
    private Path folder;

    private MatrixDump dump(String name, String text) throws IOException {
        return MatrixDump.read(Files.writeString(folder.resolve(name), text));
    }

    private static Replay replay(MatrixDump dump) throws IOException {
        return Runs.replay(Runs.reader(Runs.text(LOG)), dump);
    }

    @Test
    void dump_equalToTheMatrixAfterAnEventBehindItsMarker_matches() throws IOException {
        Replay replay = replay(dump("01-boot.matrix", DUMP.replace("available:      2", "available:      1")));
        assertEquals(List.of(), replay.tally().firstMismatches());
    }

    @ParameterizedTest
    @CsvSource({
        "alloc_end 36, alloc_end 37, 'alloc_end is 37 in the dump, 36 here'",
        "System: 2: 14, System: 2: 15, 'System is {15, 33} in the dump, {14, 33} here'",
        "'    1  32 |', '    1  35 |', 'CPU 0: vectors is {35} in the dump, {32} here'",
        "| 34, | 35, 'CPU 0: managed map is {35} in the dump, {34} here'",
        "1  1     1     1, 1  0     1     1, 'CPU 0: online is false in the dump, true here'",
        "1  1     1     1, 1  1     2     1, 'CPU 0: available is 2 in the dump, 1 here'",
        "Global reserved:       0, Global reserved:       7, 'Global reserved is 7 in the dump, 0 here'",
    })
    void dump_oneValueDiffers_isTheOneMismatchAtItsMarker(String from, String to, String message) throws IOException {
        String right = DUMP.replace("available:      2", "available:      1");
        Replay replay = replay(dump("01-boot.matrix", right.replace(from, to)));
        assertEquals(
                List.of("line 7: 01-boot.matrix: " + message), replay.tally().firstMismatches());
        assertEquals(1, replay.mismatches());
    }

    @Test
    void dump_equalOnlyBehindTheNextMarker_isAMismatch() throws IOException {
        String later =
                DUMP.replace("available:      2", "available:      1").replace("reserved:       0", "reserved: 1");
        assertEquals(1, replay(dump("01-boot.matrix", later)).mismatches());
        assertEquals(0, replay(dump("02-x.matrix", later)).mismatches());
    }

    @Test
    void dump_markerNotInTheLog_isRefused() {
        var e = assertThrows(UnusableTraceException.class, () -> replay(dump("03-y.matrix", DUMP)));
        assertTrue(e.getMessage().contains("the log has no marker 'END 03-y' or 'SNAP 03-y'"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "Online bitmaps: many",
                "alloc_start 32 alloc_end 36 \nSystem: 1: 14\n 0 1 1 | 3",
                "alloc_start 32 alloc_end 36 \nSystem: 1: 14\n 64 1 1 1 1 0 1 32 | 34"
            })
    void read_noDump_isRefused(String text) {
        var e = assertThrows(UnusableTraceException.class, () -> dump("01-boot.matrix", text));
        assertTrue(e.getMessage().contains("01-boot.matrix: this is not a dump of a vector matrix"), e.getMessage());
    }
}
