// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.untorn.benchmarks.trace.Runs;
import picocli.CommandLine;

/** The commands replay and audit as a user sees them: output, messages, exit codes. */
class TraceCommandsTest {
    private record Result(int code, String out, String err) {
        String lastLine() {
            return out.substring(out.stripTrailing().lastIndexOf('\n') + 1).strip();
        }
    }

    @TempDir
    private Path folder;

    private static Result run(Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = line.execute(Arrays.stream(args).map(Object::toString).toArray(String[]::new));
        line.getOut().flush();
        line.getErr().flush();
        return new Result(code, out.toString(), err.toString());
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String text(String run) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(Runs.log(run)))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void replay_everyRunWithItsDumps_exits0() throws IOException {
        for (String run : Runs.NAMES) {
            List<Object> args = new ArrayList<>(List.of("replay", Runs.log(run)));
            for (Path dump : Runs.dumps(run)) {
                args.addAll(List.of("--matrix", dump));
            }
            Result result = run(args.toArray());
            assertEquals("", result.err());
            assertEquals(0, result.code());
            assertTrue(result.lastLine().matches("replay: \\d+ events, \\d+ decisions, 0 mismatches"), result.out());
        }
    }

    @Test
    void replay_severalLogs_dumpsGoToTheirFolderAndTheLastLineSums() throws IOException {
        Path boot = Runs.dumps("cpus4").get(0); // it fits no other run
        Result result = run("replay", Runs.log("cpus4"), Runs.log("cpus4-offline-managed"), "--matrix", boot);
        assertEquals("", result.err());
        assertEquals(0, result.code());
        assertEquals("replay: 3913 events, 32765 decisions, 0 mismatches", result.lastLine());
    }

    @Test
    void replay_oneCounterChanged_exits1AndNamesTheLine() throws IOException {
        String text = text("cpus4-offline-managed");
        int at = text.indexOf("global_avl=", text.lastIndexOf(": irq_matrix_free: "));
        long line = text.substring(0, at).lines().count();
        Result result = run("replay", file("log", text.substring(0, at) + "global_avl=1, " + text.substring(at)));
        assertEquals(1, result.code());
        assertTrue(result.out().contains("line " + line + ": free: global_avl is 1 in the log, "), result.out());
        assertTrue(result.lastLine().endsWith(" 1 mismatches"), result.out());
    }

    @Test
    void replay_matrixDumpOfAnotherRun_exits1() throws IOException {
        Path dump = folder.resolve("08-rebind.matrix.gz");
        Files.copy(Runs.dumps("cpus4-5.10").get(7), dump);
        Result result = run("replay", Runs.log("cpus4"), "--matrix", dump);
        assertEquals(1, result.code());
        assertTrue(result.out().contains(": 08-rebind.matrix: CPU "), result.out());
    }

    @ParameterizedTest
    @CsvSource({
        "cpus4,                 1, 'audit: 284 two-step, 804 direct, 804 exposed'",
        "cpus4-5.10,            0, 'audit: 996 two-step, 314 direct, 0 exposed'",
        "cpus4-5.10-race,       0, 'audit: 368 two-step, 0 direct, 0 exposed'",
        "cpus4-offline-managed, 1, 'audit: 30 two-step, 14 direct, 14 exposed'"
    })
    void audit_everyRun_exits1IfExposed(String run, int code, String last) {
        Result result = run("audit", Runs.log(run));
        assertEquals("", result.err());
        assertEquals(code, result.code());
        assertEquals(last, result.lastLine());
    }

    @Test
    void audit_severalLogs_theLastLineSums() {
        Result result = run("audit", Runs.log("cpus4"), Runs.log("cpus4-offline-managed"));
        assertEquals(1, result.code());
        assertEquals("audit: 314 two-step, 818 direct, 818 exposed", result.lastLine());
        assertTrue(result.out().contains("exposed: interrupt 47, 208 times"), result.out());
        assertTrue(result.out().contains("4 certain (the device was masked), 0 possible"), result.out());
    }

    @Test
    void audit_movesOnly_takesALogWithoutItsBootPart() throws IOException {
        String text = text("cpus4-offline-managed");
        Path log = file("log", text.substring(text.indexOf("END boot")));
        Result refused = run("audit", log);
        assertEquals(2, refused.code());
        assertTrue(refused.err().contains("--moves-only"), refused.err());
        Result result = run("audit", "--moves-only", log);
        assertEquals(1, result.code());
        assertTrue(result.out().contains("not known without the boot part"), result.out());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(60)
    void replay_pipe_isReadAsAFileIs() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        String[] cat = {"sh", "-c", "cat \"$0\" > \"$1\"", Runs.log("cpus4").toString(), pipe.toString()};
        Process writer = new ProcessBuilder(cat).start();
        Result result = run("replay", pipe);
        assertEquals("", result.err());
        assertEquals(0, result.code());
        assertEquals(0, writer.waitFor());
    }

    // ---- exit 2 ----

    private static void assertUnusable(String command, Path file, String message) {
        Result result = run(command, file);
        assertEquals(2, result.code(), result.out());
        assertTrue(result.err().startsWith(file + ": "), result.err());
        assertTrue(result.err().contains(message), result.err());
        assertTrue(result.err().stripTrailing().endsWith("."), result.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"replay", "audit"})
    void unusableFile_exits2AndSaysWhatIsWrong(String command) throws IOException {
        String text = text("cpus4-offline-managed");
        assertUnusable(command, folder.resolve("nowhere"), "it cannot be read: ");
        assertUnusable(command, folder, "it cannot be read: ");
        assertUnusable(command, file("empty", ""), "this is not a trace");
        assertUnusable(command, file("prose", "Dear reader,\n"), "this is not a trace");
        assertUnusable(command, file("late", text.substring(text.indexOf("END boot"))), "does not begin at boot");
        assertUnusable(command, file("wide", text.replace("[003]", "[103]")), "CPU 103 is beyond the 64 CPUs");
        assertUnusable(command, file("bare", text.replaceAll("(?m)^.*: k_.*\n", "")), "the log has no kprobes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"replay", "audit"})
    void brokenGzip_exits2AndSaysSo(String command) throws IOException {
        byte[] whole = Files.readAllBytes(Runs.log("cpus4-offline-managed"));
        Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(whole, whole.length - 100));
        assertUnusable(command, cut, "truncated");
        assertUnusable(command, Files.write(folder.resolve("stub.gz"), Arrays.copyOf(whole, 5)), "truncated");
        whole[whole.length / 2] ^= 0x55;
        Path damaged = Files.write(folder.resolve("damaged.gz"), whole);
        assertUnusable(command, damaged, "damaged");
        ByteArrayOutputStream prose = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(prose)) {
            out.write("Dear reader,\n".getBytes(StandardCharsets.UTF_8));
        }
        assertUnusable(command, Files.write(folder.resolve("prose.gz"), prose.toByteArray()), "not a trace");
    }

    @Test
    void replay_unusableDump_exits2() throws IOException {
        Path log = Runs.log("cpus4-offline-managed");
        Result none = run("replay", log, "--matrix", folder.resolve("01-boot.matrix"));
        assertEquals(2, none.code());
        assertTrue(none.err().contains("it cannot be read: " + folder.resolve("01-boot.matrix")), none.err());
        Path elsewhere = folder.resolve("02-race.matrix.gz");
        Files.copy(Runs.dumps("cpus4-5.10-race").get(1), elsewhere);
        Result marker = run("replay", log, "--matrix", elsewhere);
        assertEquals(2, marker.code());
        assertTrue(marker.err().contains("has no marker 'END 02-race'"), marker.err());
    }

    @Test
    void badUsage_exits2() {
        assertEquals(2, run("replay").code());
        assertEquals(2, run("audit").code());
        assertEquals(2, run("replay", "--matrix").code());
        assertEquals(2, run("audit", "--frobnicate", Runs.log("cpus4")).code());
    }

    @Test
    void help_explains() {
        Result replay = run("replay", "--help");
        assertEquals(0, replay.code());
        assertTrue(replay.out().contains("--matrix=DUMP"), replay.out());
        assertTrue(replay.out().contains("Exit codes:"), replay.out());
        assertTrue(run("audit", "--help").out().contains("--moves-only"));
    }
}
