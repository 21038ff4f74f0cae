// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.untorn.matrix.VectorMatrix;

class ReplayTest {
    /** A machine with two vectors a CPU, 32 and 33, and two CPUs. */
    private static final String[] BOOT = {
        "0 irq_matrix_assign_system: bit=14 online_maps=0 global_avl=0, global_rsvd=0, total_alloc=0",
        "0 irq_matrix_online: online_maps=1 global_avl=2, global_rsvd=0, total_alloc=0",
        "1 irq_matrix_online: online_maps=2 global_avl=4, global_rsvd=0, total_alloc=0",
    };

    private static Replay replay(String... events) throws IOException {
        return Runs.replay(Runs.reader(
                Runs.text(Stream.of(BOOT, events).flatMap(Stream::of).toArray(String[]::new))));
    }

    private static String alloc(int bit, int cpu, int avl, int alloc, int globalAvl, int total) {
        return "0 irq_matrix_alloc: bit=" + bit + " cpu=" + cpu + " online=1 avl=" + avl + " alloc=" + alloc
                + " managed=0 online_maps=2 global_avl=" + globalAvl + ", global_rsvd=0, total_alloc=" + total;
    }

    private static void assertMatches(Replay replay) {
        assertEquals(List.of(), replay.tally().firstMismatches());
    }

    @ParameterizedTest
    @CsvSource({"cpus4, 3268", "cpus4-5.10, 3682", "cpus4-5.10-race, 1031", "cpus4-offline-managed, 645"})
    void replay_realKernel_nothingDiffersNorInItsMemory(String run, int events) throws IOException {
        List<MatrixDump> dumps = new ArrayList<>();
        for (var file : Runs.dumps(run)) {
            dumps.add(MatrixDump.read(file));
        }
        Replay replay = Runs.replay(new TraceReader(Runs.log(run)), dumps.toArray(MatrixDump[]::new));
        assertMatches(replay);
        assertEquals(events, replay.events());
    }

    static Stream<Arguments> loggedNumbers() {
        String global = "online_maps global_avl global_rsvd total_alloc";
        String cpu = " online avl alloc managed " + global;
        return Stream.of(
                        "irq_matrix_alloc bit cpu" + cpu,
                        "irq_matrix_alloc_managed bit cpu" + cpu,
                        "irq_matrix_assign" + cpu,
                        "irq_matrix_assign_system " + global,
                        "irq_matrix_free bit cpu" + cpu,
                        "irq_matrix_online " + global,
                        "irq_matrix_reserve " + global,
                        "irq_matrix_remove_reserved " + global,
                        "irq_matrix_reserve_managed bit cpu" + cpu,
                        "irq_matrix_remove_managed bit cpu" + cpu,
                        "k_resvm_ret ret",
                        "k_allocated_ret ret",
                        "k_avail_ret ret",
                        "k_rsvd_ret ret",
                        "k_canunplug_ret ret")
                .map(row -> row.split(" +"))
                .flatMap(row -> Stream.of(row).skip(1).map(field -> Arguments.of(row[0], field)));
    }

    @ParameterizedTest
    @MethodSource("loggedNumbers")
    void replay_oneNumberChanged_isTheOneMismatch(String event, String field) throws IOException {
        List<String> lines = Runs.lines("cpus4-offline-managed");
        int at = last(lines, line -> line.contains(": " + event + ": "));
        assertOnlyMismatch(lines, at, field);
    }

    @ParameterizedTest
    @CsvSource({"k_alloc_ret, ret", "k_updvec, cpu", "k_updvec, vector"})
    void replay_oneNumberChangedOnADyingCpu_isTheOneMismatch(String event, String field) throws IOException {
        List<String> lines = Runs.lines("cpus4-offline-managed");
        int at = last(lines, line -> line.contains("migration/") && line.contains(": " + event + ": "));
        assertOnlyMismatch(lines, at, field);
    }

    private static void assertOnlyMismatch(List<String> lines, int at, String field) throws IOException {
        Matcher number = Pattern.compile(" " + field + "=(-?\\d+)").matcher(lines.get(at));
        assertTrue(number.find(), lines.get(at));
        int changed = Integer.parseInt(number.group(1)) + 1;
        lines.set(at, number.replaceFirst(" " + field + "=" + changed));
        Replay replay = Runs.replay(Runs.reader(lines));
        List<String> found = replay.tally().firstMismatches();
        assertEquals(1, replay.mismatches(), found::toString);
        assertTrue(found.get(0).startsWith("line " + (at + 1) + ": "), found::toString);
        assertTrue(found.get(0).contains(" is " + changed + " in the log"), found::toString);
    }

    private static int last(List<String> lines, java.util.function.Predicate<String> test) {
        for (int i = lines.size() - 1; ; i--) {
            if (test.test(lines.get(i))) {
                return i;
            }
        }
    }

    @Test
    void replay_maskChanged_choosesAnotherCpu() throws IOException {
        List<String> lines = Runs.lines("cpus4-offline-managed");
        int at = last(lines, line -> line.contains(": k_allocm: ") && line.contains("msk=0x8"));
        lines.set(at, lines.get(at).replace("msk=0x8", "msk=0x4"));
        assertTrue(Runs.replay(Runs.reader(lines)).mismatches() > 0);
    }

    @Test
    void replay_correctedAccounting_differsFromAKernelThatDrifts() throws IOException {
        TraceReader log = new TraceReader(Runs.log("cpus4-offline-managed"));
        Replay replay = Runs.replay(log, VectorMatrix.Accounting.CORRECTED);
        assertTrue(replay.mismatches() > 0);
        assertTrue(replay.tally().firstMismatches().get(0).contains("avl is 199 in the log, 200 here"));
    }

    // ---- one rule each ----

    @Test
    void alloc_fullOrEmptyMask_errorIsCompared() throws IOException {
        assertMatches(replay(
                "0 k_alloc: (f) msk=0x1 reserved=0",
                alloc(32, 0, 1, 1, 3, 1),
                "0 k_alloc_ret: (g <- f) ret=32",
                "0 k_alloc: (f) msk=0x1 reserved=0",
                alloc(33, 0, 0, 2, 2, 2),
                "0 k_alloc_ret: (g <- f) ret=33",
                "0 k_alloc: (f) msk=0x1 reserved=0",
                "0 k_alloc_ret: (g <- f) ret=-28",
                "0 vector_alloc: irq=9 vector=0 reserved=0 ret=-28",
                "0 k_alloc: (f) msk=0x0 reserved=0",
                "0 k_alloc_ret: (g <- f) ret=-22",
                "0 k_alloc: (f) msk=0x3 reserved=0",
                alloc(32, 1, 1, 1, 1, 3)));
    }

    @Test
    void alloc_kernelFailedWithAnotherError_isAMismatch() throws IOException {
        Replay replay = replay("0 k_alloc: (f) msk=0x0 reserved=0", "0 k_alloc_ret: (g <- f) ret=-28");
        assertEquals(
                List.of("line 6: alloc: error is -28 in the log, -22 here"),
                replay.tally().firstMismatches());
    }

    @Test
    void alloc_duringBoot_noReturnMeansItFailed() throws IOException {
        assertMatches(replay(
                "0 k_alloc: (f) msk=0x0 reserved=0",
                "0 k_alloc: (f) msk=0x1 reserved=0", //
                alloc(32, 0, 1, 1, 3, 1)));
        Replay wrong = replay("0 k_alloc: (f) msk=0x1 reserved=0", "0 k_alloc: (f) msk=0x2 reserved=0");
        assertEquals(1, wrong.mismatches());
        assertTrue(wrong.tally().firstMismatches().get(0).startsWith("line 6: alloc: the one before on CPU 0 failed"));
    }

    @Test
    void alloc_duringBoot_vectorAllocTellsTheError() throws IOException {
        Replay replay =
                replay("0 k_alloc: (f) msk=0x0 reserved=0", "0 vector_alloc: irq=9 vector=0 reserved=0 ret=-28");
        assertEquals(
                List.of("line 6: alloc: error is -28 in the log, -22 here"),
                replay.tally().firstMismatches());
    }

    @Test
    void alloc_beforeTheFirstProbe_reservationShowsInTheCounter() throws IOException {
        assertMatches(replay(
                "0 irq_matrix_reserve: online_maps=2 global_avl=4, global_rsvd=1, total_alloc=0",
                alloc(32, 1, 1, 1, 3, 1),
                "0 vector_alloc: irq=9 vector=32 reserved=1 ret=0",
                "0 k_free: (f) cpu=1 bit=32 managed=0",
                "0 irq_matrix_free: bit=32 cpu=1 online=1 avl=2 alloc=0 managed=0 online_maps=2 global_avl=4,"
                        + " global_rsvd=0, total_alloc=0"));
    }

    @Test
    void reserveManaged_secondCpuFull_isTakenBackAndRefused() throws IOException {
        assertMatches(replay(
                "1 k_alloc: (f) msk=0x2 reserved=0",
                alloc(32, 1, 1, 1, 3, 1).replaceFirst("0", "1"),
                "1 k_alloc: (f) msk=0x2 reserved=0",
                alloc(33, 1, 0, 2, 2, 2).replaceFirst("0", "1"),
                "0 k_resvm: (f) msk=0x3",
                "0 irq_matrix_reserve_managed: bit=32 cpu=0 online=1 avl=1 alloc=0 managed=1 online_maps=2"
                        + " global_avl=1, global_rsvd=0, total_alloc=2",
                "0 k_remm: (f) msk=0x1",
                "0 irq_matrix_remove_managed: bit=32 cpu=0 online=1 avl=2 alloc=0 managed=0 online_maps=2"
                        + " global_avl=2, global_rsvd=0, total_alloc=2",
                "0 k_resvm_ret: (g <- f) ret=-28"));
    }

    @Test
    void offline_noRoomElsewhere_isRefused() throws IOException {
        String[] full = {
            "0 k_alloc: (f) msk=0x1 reserved=0",
            alloc(32, 0, 1, 1, 3, 1),
            "0 k_alloc: (f) msk=0x1 reserved=0",
            alloc(33, 0, 0, 2, 2, 2),
            "0 k_alloc: (f) msk=0x2 reserved=0",
            alloc(32, 1, 1, 1, 1, 3),
            "0 k_allocated_ret: (g <- f) ret=2",
            "0 k_avail_ret: (g <- f) ret=1",
            "0 k_canunplug_ret: (g <- f) ret=-28",
        };
        assertMatches(replay(full));
        full[full.length - 1] = "0 k_canunplug_ret: (g <- f) ret=0";
        assertEquals(
                List.of("line 13: unplug check: k_canunplug_ret is 0 in the log, -28 here"),
                replay(full).tally().firstMismatches());
    }

    @Test
    void offline_dyingCpu_isReplayedFromProbesAlone() throws IOException {
        assertMatches(replay(
                "1 k_alloc: (f) msk=0x2 reserved=0",
                alloc(32, 1, 1, 1, 3, 1).replaceFirst("0", "1"),
                "1 k_fixup: (f)",
                "1 k_alloc: (f) msk=0x1 reserved=0",
                "1 k_alloc_ret: (g <- f) ret=32",
                "1 k_updvec: (f) irq=9 vector=32 cpu=0",
                "1 k_free: (f) cpu=1 bit=32 managed=0",
                "1 k_lapic_offline: (f)",
                "0 irq_matrix_reserve: online_maps=1 global_avl=1, global_rsvd=1, total_alloc=1",
                "1 irq_matrix_online: online_maps=2 global_avl=3, global_rsvd=1, total_alloc=1"));
    }

    @Test
    void assignSystem_vectorInUse_replacesIt() throws IOException {
        assertMatches(Runs.replay(Runs.reader(Runs.text(
                BOOT[0],
                BOOT[1],
                "0 irq_matrix_assign: bit=33 cpu=0 online=1 avl=1 alloc=1 managed=0 online_maps=1 global_avl=1,"
                        + " global_rsvd=0, total_alloc=1",
                "0 irq_matrix_assign_system: bit=33 online_maps=1 global_avl=1, global_rsvd=0, total_alloc=0",
                "0 k_alloc: (f) msk=0x1 reserved=0",
                alloc(32, 0, 0, 1, 0, 1).replace("online_maps=2", "online_maps=1"),
                "1 irq_matrix_online: online_maps=2 global_avl=1, global_rsvd=0, total_alloc=1"))));
    }

    @Test
    void start_systemVectorsInTheRange_areNotCounted() throws IOException {
        Replay replay = Runs.replay(Runs.reader(Runs.text(
                "0 irq_matrix_assign_system: bit=33 online_maps=0 global_avl=0, global_rsvd=0, total_alloc=0",
                "0 irq_matrix_online: online_maps=1 global_avl=2, global_rsvd=0, total_alloc=0",
                "0 k_alloc: (f) msk=0x1 reserved=0",
                "0 k_alloc_ret: (g <- f) ret=32",
                "0 k_alloc: (f) msk=0x1 reserved=0",
                "0 k_alloc_ret: (g <- f) ret=34",
                "0 k_alloc: (f) msk=0x1 reserved=0",
                "0 k_alloc_ret: (g <- f) ret=-28")));
        assertMatches(replay);
    }

    @Test
    void start_systemVectorTwice_isAMismatchNotACrash() throws IOException {
        Replay replay = Runs.replay(
                Runs.reader(Runs.text(BOOT[0], BOOT[0], BOOT[1], BOOT[2], "0 k_alloc: (f) msk=0x0 reserved=0")));
        assertEquals(1, replay.mismatches());
        assertTrue(replay.tally().firstMismatches().get(0).startsWith("line 3: irq_matrix_assign_system: the matrix"));
    }

    @Test
    void online_ofAnotherCpuThanLogged_isAMismatch() throws IOException {
        Replay replay = replay(
                BOOT[2].replace("online_maps=2", "online_maps=3").replace("avl=4", "avl=6"), //
                "0 k_alloc: (f) msk=0x0 reserved=0");
        assertTrue(replay.tally().firstMismatches().get(0).startsWith("line 5: irq_matrix_online: the matrix refuses"));
    }

    // ---- logs that cannot be used ----

    private static void assertUnusable(String message, String... events) {
        var e = assertThrows(UnusableTraceException.class, () -> Runs.replay(Runs.reader(Runs.text(events))));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void replay_noBootPart_isRefused() {
        assertUnusable("line 2: the log does not begin at boot: k_free", "0 k_free: (f) cpu=1 bit=33 managed=0");
        assertUnusable("does not begin at boot", BOOT[1]); // no system vectors before it
        assertUnusable("does not begin at boot", BOOT[0], BOOT[1].replace("avl=2", "avl=0"));
        assertUnusable("does not begin at boot", BOOT[0], BOOT[1].replace("avl=2", "avl=9999"));
        assertUnusable("has no boot part", "0 k_mask: (f) irq=1");
    }

    @Test
    void replay_noKprobes_isRefused() {
        assertUnusable("the log has no kprobes", BOOT);
    }

    @Test
    void replay_offlineNotProbed_isRefused() {
        assertUnusable(
                "line 6: CPU 1 comes online again",
                BOOT[0],
                BOOT[1],
                BOOT[2],
                "0 k_alloc: (f) msk=0x0 reserved=0",
                BOOT[2]);
    }

    @Test
    void replay_cpuFieldOf64_isRefused() {
        assertUnusable("line 5: CPU 64 is beyond", BOOT[0], BOOT[1], BOOT[2], "0 k_free: (f) cpu=64 bit=33 managed=0");
    }

    @Test
    void replay_freeOfAFreeVector_isAMismatchNotACrash() throws IOException {
        Replay replay = replay("0 k_free: (f) cpu=1 bit=33 managed=0");
        assertEquals(1, replay.mismatches());
        assertTrue(replay.tally().firstMismatches().get(0).startsWith("line 5: k_free: the matrix refuses"));
    }
}
