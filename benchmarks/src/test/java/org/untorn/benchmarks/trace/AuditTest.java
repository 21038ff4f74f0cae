// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.untorn.benchmarks.trace.MsiCall.Kind;

class AuditTest {
    private static final String NOT_MASKABLE = "0x19400200";
    private static final String MASKABLE = "0x1d400200";
    private static final String MANAGED = "0x19230200";

    private static Audit audit(TraceReader log, boolean withReplay) throws IOException {
        Replay replay = withReplay ? new Replay(List.of()) : null;
        Audit audit = new Audit(replay);
        try (log) {
            for (TraceEvent event = log.next(); event != null; event = log.next()) {
                if (withReplay) {
                    replay.accept(event);
                }
                audit.accept(event);
            }
        }
        audit.finish();
        return audit;
    }

    private static Audit audit(String run) throws IOException {
        return audit(new TraceReader(Runs.log(run)), true);
    }

    /** The counts of the run's analysis-msi.txt. */
    @ParameterizedTest
    @CsvSource({
        "cpus4,                 284, 804, 804, 151, 763, 108, 17",
        "cpus4-5.10,            996, 314,   0, 145, 940, 183, 17",
        "cpus4-5.10-race,       368,   0,   0,  69, 133,   0,  0",
        "cpus4-offline-managed,  30,  14,  14,   5,  79,   0,  0"
    })
    void audit_realKernel_movesAreCountedByKind(
            String run, int twoStep, int direct, int exposed, int sameVector, int unchanged, int busy, int unknown)
            throws IOException {
        Audit audit = audit(run);
        assertEquals(twoStep, audit.twoStep());
        assertEquals(direct, audit.direct());
        assertEquals(exposed, audit.exposed());
        assertEquals(sameVector, audit.total(Kind.SAME_VECTOR));
        assertEquals(unchanged, audit.total(Kind.UNCHANGED));
        assertEquals(busy, audit.total(Kind.BUSY));
        assertEquals(unknown, audit.total(Kind.UNKNOWN));
    }

    @ParameterizedTest
    @CsvSource({
        "cpus4,                  292,  4,  4, 4,  0",
        "cpus4-5.10,            1000, 20, 20, 0, 20",
        "cpus4-5.10-race,        368, 31, 31, 0, 27",
        "cpus4-offline-managed,   30,  0,  0, 0,  0"
    })
    void audit_realKernel_retriggersAreCountedByCause(
            String run, int checks, int pending, int retriggers, int certain, int possible) throws IOException {
        Audit audit = audit(run);
        assertEquals(checks, audit.checks());
        assertEquals(pending, audit.pending());
        assertEquals(retriggers, audit.retriggers());
        assertEquals(0, audit.retriggersOutside());
        assertEquals(certain, audit.certain());
        assertEquals(possible, audit.possible());
    }

    @Test
    void audit_realKernel_exposedInterruptsAreNamed() throws IOException {
        assertEquals(Map.of(26, 215, 27, 252, 46, 129, 47, 208), audit("cpus4").exposedByIrq());
    }

    @Test
    void audit_aTwoStepMoveThatLosesItsFirstWrite_becomesDirect() throws IOException {
        List<String> lines = Runs.lines("cpus4-5.10-race");
        int at = 0;
        while (!(lines.get(at).contains(": k_msiwrite: ") && lines.get(at).contains("irq=47 "))
                || !lines.subList(at + 1, at + 12).stream().anyMatch(line -> line.contains(": k_irrchk: "))) {
            at++;
        }
        lines.remove(at);
        Audit audit = audit(Runs.reader(lines), true);
        assertEquals(367, audit.twoStep());
        assertEquals(1, audit.direct());
        assertEquals(Map.of(47, 1), audit.exposedByIrq());
    }

    // ---- one rule each ----

    private static String write(int irq, int destination, int vector) {
        return String.format(
                "0 k_msiwrite: (f) irq=%d addr_lo=0x%x addr_hi=0x0 data=0x%x",
                irq, 0xfee00004 | destination << 12, vector);
    }

    /** A call on CPU 0 for interrupt 9, whose old message is first in the list; null for none. */
    private static Audit call(String state, int result, String old, String... writes) throws IOException {
        String[] begin = {"0 k_msi_setaff: (f) irq=9 mask=0x2 state=" + state};
        String[] end = {"0 k_msi_setaff_ret: (g <- f) ret=" + result, write(8, 1, 35)};
        String[] first = old == null ? new String[0] : new String[] {old};
        return audit(
                Runs.reader(Runs.text(Stream.of(first, begin, writes, end)
                        .flatMap(Arrays::stream)
                        .toArray(String[]::new))),
                false);
    }

    private static void assertKind(Kind kind, String old, String... writes) throws IOException {
        Audit audit = call(MASKABLE, 0, old, writes);
        for (Kind other : Kind.values()) {
            assertEquals(other == kind ? 1 : 0, audit.total(other), other::toString);
        }
    }

    @Test
    void kind_everyRowOfTheTable() throws IOException {
        String old = write(9, 1, 33);
        assertKind(Kind.TWO_STEP, old, write(9, 1, 34), write(9, 2, 34));
        assertKind(Kind.OTHER, old, write(9, 2, 34), write(9, 2, 34)); // the first not to the old CPU
        assertKind(Kind.OTHER, old, write(9, 1, 33), write(9, 2, 34)); // not the same vector
        assertKind(Kind.OTHER, old, write(9, 1, 34), write(9, 1, 34)); // the CPU stays
        assertKind(Kind.OTHER, old, write(9, 1, 34), write(9, 1, 34), write(9, 2, 34));
        assertKind(Kind.DIRECT, old, write(9, 2, 34));
        assertKind(Kind.SAME_VECTOR, old, write(9, 2, 33));
        assertKind(Kind.SAME_CPU, old, write(9, 1, 34));
        assertKind(Kind.UNCHANGED, old, old);
        assertKind(Kind.START, write(9, 1, 0xef), write(9, 2, 34));
        assertKind(Kind.START, "0 k_msiwrite: (f) irq=9 addr_lo=0x0 addr_hi=0x0 data=0x0", write(9, 2, 34));
        assertKind(Kind.UNKNOWN, null, write(9, 2, 34));
        assertKind(Kind.UNKNOWN, null, write(9, 1, 34), write(9, 2, 34));
        assertKind(Kind.DIRECT, old, write(9, 2, 34), write(8, 2, 35)); // another interrupt's write
    }

    @Test
    void kind_noWrite_isARefusalByItsError() throws IOException {
        assertEquals(1, call(MASKABLE, -16, null).total(Kind.BUSY));
        assertEquals(1, call(MASKABLE, -28, null).total(Kind.FULL));
        assertEquals(1, call(MASKABLE, -22, null).total(Kind.REFUSED));
        assertEquals(1, call(MASKABLE, 0, null).total(Kind.OTHER));
    }

    @Test
    void kind_destinationBeyond8Bits_isSeen() throws IOException {
        String old = "0 k_msiwrite: (f) irq=9 addr_lo=0xfee01000 addr_hi=0x100 data=0x21";
        assertKind(Kind.DIRECT, old, "0 k_msiwrite: (f) irq=9 addr_lo=0xfee01000 addr_hi=0x200 data=0x22");
    }

    @Test
    void exposed_directAndNeitherMaskableNorManaged() throws IOException {
        assertEquals(1, call(NOT_MASKABLE, 0, write(9, 1, 33), write(9, 2, 34)).exposed());
        assertEquals(0, call(MASKABLE, 0, write(9, 1, 33), write(9, 2, 34)).exposed());
        assertEquals(0, call(MANAGED, 0, write(9, 1, 33), write(9, 2, 34)).exposed());
        assertEquals(0, call(NOT_MASKABLE, 0, write(9, 1, 33), write(9, 2, 33)).exposed());
    }

    @Test
    void retrigger_outsideTheCallOrOfAnotherInterrupt_isCountedApart() throws IOException {
        Audit audit = audit(
                Runs.reader(Runs.text(
                        "0 k_retrig: (f) irq=9",
                        "0 k_msi_setaff: (f) irq=9 mask=0x2 state=" + MASKABLE,
                        write(9, 1, 34),
                        "1 k_retrig: (f) irq=9",
                        "0 k_retrig: (f) irq=8",
                        "0 k_irrchk: (f) vector=34 irr=0x4",
                        "0 k_retrig: (f) irq=9",
                        "0 k_msi_setaff_ret: (g <- f) ret=0")),
                false);
        assertEquals(1, audit.pending());
        assertEquals(1, audit.retriggers());
        assertEquals(3, audit.retriggersOutside());
    }

    @Test
    void audit_probesMissing_isRefusedAndNamesThem() {
        var none = assertThrows(
                UnusableTraceException.class,
                () -> audit(Runs.reader(Runs.text("0 k_msiwrite: (f) irq=9 addr_lo=0x1 addr_hi=0x0 data=0x0")), false));
        assertTrue(none.getMessage().contains("no event of the kprobes k_msi_setaff"), none.getMessage());
        var half = assertThrows(
                UnusableTraceException.class,
                () -> audit(
                        Runs.reader(Runs.text(
                                "0 k_msi_setaff: (f) irq=9 mask=0x2 state=0x0", "0 k_msi_setaff_ret: (g <- f) ret=0")),
                        false));
        assertTrue(half.getMessage().contains("no event of the kprobes k_msiwrite"), half.getMessage());
    }

    @Test
    void check_atAWrongOffset_isRefused() {
        var e = assertThrows(
                UnusableTraceException.class,
                () -> audit(Runs.reader(Runs.text("0 k_irrchk: (f) vector=4294967295 irr=0x4")), false));
        assertTrue(e.getMessage().startsWith("line 2: k_irrchk tells of vector -1, limit=256."), e.getMessage());
    }
}
