// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.untorn.matrix.VectorMatrix.EMPTY_MASK;
import static org.untorn.matrix.VectorMatrix.NO_VECTOR;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.untorn.matrix.VectorMatrix.Accounting;

/** The rules of irq_matrix, one by one. */
class VectorMatrixTest {
    private static final VectorLayout X86 = VectorLayout.X86_LINUX_6_1;
    private static final VectorLayout FOUR = VectorLayout.of(10, 15, 12); // vectors 10, 11, 13, 14
    private static final CpuMask CPU0 = CpuMask.of(0);
    private static final CpuMask CPU1 = CpuMask.of(1);
    private static final CpuMask BOTH = CpuMask.of(0, 1);

    private static VectorMatrix online(int cpus, VectorLayout layout, Accounting accounting) {
        VectorMatrix matrix = new VectorMatrix(cpus, layout, accounting);
        for (int cpu = 0; cpu < cpus; cpu++) {
            matrix.online(cpu);
        }
        return matrix;
    }

    private static VectorMatrix online(int cpus, VectorLayout layout) {
        return online(cpus, layout, Accounting.KERNEL);
    }

    private static int slot(int cpu, int vector) {
        return cpu << 8 | vector;
    }

    // ---- CPUs and counters ----

    @Test
    void newMatrix_allOffline_hasNothingAvailable() {
        VectorMatrix matrix = new VectorMatrix(2, X86);
        assertEquals(2, matrix.cpus());
        assertEquals(X86, matrix.layout());
        assertEquals(0, matrix.onlineCpus());
        assertEquals(0, matrix.globalAvailable());
        assertEquals(0, matrix.available(1));
        assertFalse(matrix.isOnline(1) || matrix.isInitialized(1));
        assertTrue(matrix.isSystem(255) && matrix.isSystem(0) && !matrix.isSystem(33));
        assertFalse(matrix.isAllocated(0, 50) || matrix.isAllocated(0, 20));
        assertEquals(NO_VECTOR, matrix.allocate(BOTH, false));
        assertEquals(NO_VECTOR, matrix.allocateManaged(BOTH));
    }

    @Test
    void online_firstTime_offersTheRangeLessSystemAndManaged() {
        VectorMatrix matrix = new VectorMatrix(2, X86);
        assertEquals(0, matrix.reserveManaged(CPU1));
        assertEquals(0, matrix.available(1));
        matrix.online(0);
        matrix.online(1);
        assertEquals(201, matrix.available(0));
        assertEquals(200, matrix.available(1));
        assertEquals(401, matrix.globalAvailable());
        assertEquals(201, matrix.availableElsewhere(1));
        assertEquals(2, matrix.onlineCpus());
    }

    @Test
    void offline_withVectors_keepsThemAndOffersNothing() {
        VectorMatrix matrix = online(2, X86);
        assertEquals(slot(1, 33), matrix.allocate(CPU1, false));
        matrix.offline(1);
        assertTrue(matrix.isInitialized(1) && !matrix.isOnline(1));
        assertEquals(200, matrix.available(1));
        assertEquals(201, matrix.globalAvailable());
        assertEquals(1, matrix.allocated(1));
        assertEquals(1, matrix.totalAllocated());
        assertEquals(NO_VECTOR, matrix.allocate(CPU1, false));
        matrix.online(1);
        assertEquals(401, matrix.globalAvailable());
    }

    // ---- choosing ----

    @Test
    void allocate_tie_takesLowestCpuAndLowestVector() {
        VectorMatrix matrix = online(3, X86);
        CpuMask all = CpuMask.range(0, 3);
        assertEquals(slot(0, 33), matrix.allocate(all, false)); // 32 is a system vector
        assertEquals(slot(1, 33), matrix.allocate(all, false));
        assertEquals(slot(2, 33), matrix.allocate(all, false));
        assertEquals(slot(0, 34), matrix.allocate(all, false));
        matrix.free(1, 33, false);
        assertEquals(slot(1, 33), matrix.allocate(all, false)); // most available
        assertEquals(1, VectorMatrix.cpuOf(slot(1, 33)));
        assertEquals(33, VectorMatrix.vectorOf(slot(1, 33)));
    }

    @Test
    void allocate_lowVectors_skipsSystemManagedAndTaken() {
        VectorMatrix matrix = online(1, X86);
        for (int vector = 33; vector < 49; vector++) {
            assertEquals(slot(0, vector), matrix.allocate(CPU0, false));
        }
        assertEquals(0, matrix.reserveManaged(CPU0)); // 49
        assertEquals(slot(0, 51), matrix.allocate(CPU0, false)); // 50 is a system vector
        matrix.free(0, 40, false);
        assertEquals(slot(0, 40), matrix.allocate(CPU0, false));
    }

    @Test
    void allocateManaged_tie_takesHighestCpu() {
        VectorMatrix matrix = online(3, X86);
        CpuMask all = CpuMask.range(0, 3);
        assertEquals(0, matrix.reserveManaged(all));
        assertEquals(0, matrix.reserveManaged(all));
        assertEquals(slot(2, 33), matrix.allocateManaged(all));
        assertEquals(slot(1, 33), matrix.allocateManaged(all));
        assertEquals(slot(0, 33), matrix.allocateManaged(all));
        assertEquals(slot(2, 34), matrix.allocateManaged(all));
        assertEquals(199, matrix.available(2));
        assertEquals(2, matrix.managed(2));
        assertEquals(2, matrix.managedAllocated(2));
        assertEquals(2, matrix.allocated(2));
        assertEquals(0, matrix.movable(2));
        assertEquals(4, matrix.totalAllocated());
        matrix.free(2, 33, true);
        assertTrue(matrix.isManaged(2, 33) && !matrix.isAllocated(2, 33));
        assertEquals(199, matrix.available(2));
    }

    @Test
    void allocateManaged_chosenCpuHasNone_triesNoOther() {
        VectorMatrix matrix = online(2, X86);
        assertEquals(0, matrix.reserveManaged(CPU0));
        assertEquals(NO_VECTOR, matrix.allocateManaged(BOTH));
        assertEquals(slot(0, 33), matrix.allocateManaged(CPU0));
    }

    @ParameterizedTest
    @CsvSource({"1", "4", "64", "65", "200"})
    void allocate_everything_givesEachVectorOnceThenRefuses(int cpus) {
        VectorMatrix matrix = online(cpus, FOUR);
        CpuMask all = CpuMask.range(0, cpus);
        for (int i = 0; i < 4 * cpus; i++) {
            int vector = new int[] {10, 11, 13, 14}[i / cpus];
            assertEquals(slot(i % cpus, vector), matrix.allocate(all, false));
        }
        assertEquals(NO_VECTOR, matrix.allocate(all, false));
        assertEquals(0, matrix.globalAvailable());
        assertEquals(4 * cpus, matrix.totalAllocated());
        matrix.free(cpus - 1, 13, false);
        assertEquals(slot(cpus - 1, 13), matrix.allocate(all, false));
    }

    // ---- refusals ----

    @Test
    void allocate_emptyMask_isRefused() {
        VectorMatrix matrix = online(1, X86);
        matrix.reserve();
        assertEquals(EMPTY_MASK, matrix.allocate(CpuMask.of(), false));
        assertEquals(EMPTY_MASK, matrix.allocate(CpuMask.of(), true));
        assertEquals(EMPTY_MASK, matrix.allocateManaged(CpuMask.of()));
        assertEquals(0, matrix.reserveManaged(CpuMask.of()));
        assertEquals(1, matrix.globalReserved());
    }

    @Test
    void allocate_announced_usesOneReservationOnlyIfItSucceeds() {
        VectorMatrix matrix = online(1, FOUR);
        matrix.reserve();
        matrix.reserve();
        assertEquals(slot(0, 10), matrix.allocate(CPU0, true));
        assertEquals(1, matrix.globalReserved());
        for (int i = 0; i < 3; i++) {
            matrix.allocate(CPU0, false);
        }
        assertEquals(NO_VECTOR, matrix.allocate(CPU0, true));
        assertEquals(1, matrix.globalReserved());
        matrix.removeReserved();
        assertEquals(0, matrix.globalReserved());
    }

    @ParameterizedTest
    @EnumSource(Accounting.class)
    void reserveManaged_oneCpuFull_leavesNothingBehind(Accounting accounting) {
        VectorMatrix matrix = online(2, FOUR, accounting);
        for (int i = 0; i < 4; i++) {
            matrix.allocate(CPU1, false);
        }
        assertEquals(NO_VECTOR, matrix.reserveManaged(BOTH));
        assertEquals(4, matrix.available(0));
        assertEquals(0, matrix.managed(0));
        assertFalse(matrix.isManaged(0, 10));
    }

    // ---- quirks and their correction ----

    @ParameterizedTest
    @CsvSource({"KERNEL,199", "CORRECTED,200"})
    void available_managedRemovedWhileOffline_driftsInTheKernel(Accounting accounting, int available) {
        VectorMatrix matrix = online(2, X86, accounting); // cpus4-offline-managed, CPU 2
        matrix.reserveManaged(CPU1);
        matrix.offline(1);
        matrix.removeManaged(CPU1);
        matrix.online(1);
        matrix.reserveManaged(CPU1);
        assertEquals(1, matrix.managed(1));
        assertEquals(available, matrix.available(1));
        assertEquals(201 + available, matrix.globalAvailable());
    }

    @ParameterizedTest
    @CsvSource({"KERNEL,1", "CORRECTED,0"})
    void totalAllocated_freedWhileOffline_staysInTheKernel(Accounting accounting, int total) {
        VectorMatrix matrix = online(1, X86, accounting);
        matrix.allocate(CPU0, false);
        matrix.offline(0);
        matrix.free(0, 33, false);
        assertEquals(0, matrix.allocated(0));
        assertEquals(total, matrix.totalAllocated());
        assertEquals(201, matrix.available(0));
    }

    @ParameterizedTest
    @CsvSource({"KERNEL,11", "CORRECTED,10"})
    void reserveManaged_failsHalfWay_exchangesReservedVectorsInTheKernel(Accounting accounting, int reserved) {
        VectorMatrix matrix = online(2, FOUR, accounting);
        matrix.reserveManaged(CPU0); // 10
        for (int i = 0; i < 4; i++) {
            matrix.allocate(CPU1, false);
        }
        assertEquals(NO_VECTOR, matrix.reserveManaged(BOTH)); // reserves 11 on CPU 0, then removes the lowest
        assertTrue(matrix.isManaged(0, reserved));
        assertEquals(1, matrix.managed(0));
        assertEquals(3, matrix.available(0));
    }

    @Test
    void available_driftedAboveTheMap_isChosenAndRefused() {
        VectorMatrix matrix = online(2, FOUR);
        matrix.offline(1);
        matrix.reserveManaged(CPU1);
        matrix.online(1); // one reserved, still 4 available
        for (int i = 0; i < 3; i++) {
            assertTrue(matrix.allocate(CPU1, false) >= 0);
        }
        assertEquals(1, matrix.available(1));
        assertEquals(NO_VECTOR, matrix.allocate(CPU1, false));
        for (int i = 0; i < 4; i++) {
            matrix.allocate(CPU0, false);
        }
        assertEquals(NO_VECTOR, matrix.allocate(BOTH, false)); // CPU 1 is best, and the only one tried
    }

    @Test
    void available_driftedBelowZero_isVeryMany() {
        VectorMatrix matrix = online(2, FOUR);
        for (int i = 0; i < 5; i++) {
            matrix.reserveManaged(CPU1);
            matrix.offline(1);
            matrix.removeManaged(CPU1);
            matrix.online(1);
        }
        assertEquals(-1, matrix.available(1)); // unsigned in the kernel
        assertEquals(slot(1, 10), matrix.allocate(BOTH, false));
        assertTrue(matrix.toString().contains("4294967294"), matrix.toString());
    }

    // ---- assigned and system vectors ----

    @Test
    void assign_legacyVectors_countAsAllocated() {
        VectorMatrix matrix = online(1, X86); // cpus4, lines 42 to 57
        for (int vector = 48; vector < 64; vector++) {
            if (vector != 50) {
                matrix.assign(0, vector);
            }
        }
        assertEquals(186, matrix.available(0));
        assertEquals(15, matrix.allocated(0));
        assertEquals(15, matrix.totalAllocated());
        matrix.free(0, 51, false);
        assertEquals(slot(0, 33), matrix.allocate(CPU0, false));
    }

    @Test
    void assignSystem_beforeOnline_equalsTheLayout() {
        VectorMatrix matrix = new VectorMatrix(2, VectorLayout.of(32, 236));
        for (int vector = 0; vector < 256; vector++) {
            if (X86.isSystem(vector)) {
                matrix.assignSystem(vector, false);
            }
        }
        matrix.online(0);
        matrix.online(1);
        assertEquals(online(2, X86).toString(), matrix.toString());
        assertEquals(slot(0, 33), matrix.allocate(BOTH, false));
    }

    @Test
    void assignSystem_replace_takesTheVectorOverFromItsCpu() {
        VectorMatrix matrix = new VectorMatrix(2, X86);
        matrix.online(0);
        matrix.assign(0, 48);
        matrix.assignSystem(48, true);
        assertTrue(matrix.isSystem(48) && !matrix.isAllocated(0, 48));
        assertEquals(200, matrix.available(0));
        assertEquals(0, matrix.allocated(0));
        assertEquals(0, matrix.totalAllocated());
        matrix.online(1);
        assertEquals(200, matrix.available(1));
        assertThrows(IllegalArgumentException.class, () -> matrix.free(0, 48, false));
    }

    // ---- wrong use: named, and nothing changed ----

    @Test
    void wrongUse_isNamedAndChangesNothing() {
        VectorMatrix matrix = online(2, X86);
        matrix.allocate(CPU0, false);
        matrix.reserveManaged(CPU0);
        String before = matrix.toString();
        refused(IndexOutOfBoundsException.class, "cpu=2, limit=2", () -> matrix.free(2, 33, false));
        refused(IndexOutOfBoundsException.class, "cpu=-1, limit=2", () -> matrix.online(-1));
        refused(IndexOutOfBoundsException.class, "cpu=5, limit=2", () -> matrix.allocate(CpuMask.of(1, 5), false));
        refused(IndexOutOfBoundsException.class, "cpu=2, limit=2", () -> matrix.allocateManaged(CpuMask.of(2)));
        refused(IndexOutOfBoundsException.class, "cpu=2, limit=2", () -> matrix.reserveManaged(CpuMask.of(0, 2)));
        refused(IndexOutOfBoundsException.class, "cpu=2, limit=2", () -> matrix.removeManaged(CpuMask.of(0, 2)));
        refused(IndexOutOfBoundsException.class, "cpu=2, limit=2", () -> matrix.available(2));
        refused(IndexOutOfBoundsException.class, "vector=256, limit=256", () -> matrix.free(0, 256, false));
        refused(IndexOutOfBoundsException.class, "vector=-1, limit=256", () -> matrix.isAllocated(0, -1));
        refused(IndexOutOfBoundsException.class, "vector=256, limit=256", () -> matrix.assignSystem(256, false));
        refused(IllegalArgumentException.class, "vector=50 is a system vector", () -> matrix.free(0, 50, false));
        refused(IllegalArgumentException.class, "vector=20, minimum=32, limit=236", () -> matrix.free(0, 20, false));
        refused(IllegalArgumentException.class, "vector=128 is a system vector", () -> matrix.assign(0, 128));
        refused(IllegalStateException.class, "vector=40, managed=false: it is free", () -> matrix.free(0, 40, false));
        refused(IllegalStateException.class, "managed=true: it is allocated", () -> matrix.free(0, 33, true));
        refused(IllegalStateException.class, "managed=true: it is reserved", () -> matrix.free(0, 34, true));
        refused(IllegalStateException.class, "vector=33 is allocated", () -> matrix.assign(0, 33));
        refused(IllegalStateException.class, "vector=34 is reserved", () -> matrix.assign(0, 34));
        refused(IllegalStateException.class, "cpu=1 is online", () -> matrix.online(1));
        refused(IllegalStateException.class, "cpu=1, managed=0", () -> matrix.removeManaged(BOTH));
        refused(IllegalStateException.class, "reserved=0", matrix::removeReserved);
        refused(IllegalStateException.class, "reserved=0", () -> matrix.allocate(CPU0, true));
        refused(IllegalStateException.class, "online CPUs=2, limit=0", () -> matrix.assignSystem(60, false));
        refused(IllegalStateException.class, "online CPUs=2, limit=1", () -> matrix.assignSystem(60, true));
        refused(IllegalStateException.class, "vector=50 is a system vector", () -> matrix.assignSystem(50, false));
        assertEquals(before, matrix.toString());
        assertTrue(matrix.isManaged(0, 34) && matrix.isAllocated(0, 33));
        matrix.free(0, 33, false);
        refused(IllegalStateException.class, "it is free", () -> matrix.free(0, 33, false)); // double free
        matrix.offline(1);
        refused(IllegalStateException.class, "cpu=1 is not online", () -> matrix.offline(1));
        refused(IllegalStateException.class, "cpu=1 is not online", () -> matrix.assign(1, 60));
        refused(IllegalStateException.class, "vector=60 is not allocated", () -> matrix.assignSystem(60, true));
        assertEquals(201, matrix.available(1));
    }

    @Test
    void assignSystem_usedOnAnotherCpu_isRefusedEverywhere() {
        VectorMatrix matrix = online(3, FOUR);
        matrix.allocate(CpuMask.of(2), false); // 10
        for (int cpu = 0; cpu < 3; cpu++) {
            matrix.offline(cpu);
        }
        refused(IllegalStateException.class, "cpu=2, vector=10 is allocated", () -> matrix.assignSystem(10, false));
        assertEquals(4, matrix.available(0));
        matrix.online(0);
        assertEquals(slot(0, 10), matrix.allocate(CPU0, false));
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "8388609"})
    void newMatrix_cpusOutOfLimits_isRefused(int cpus) {
        refused(IllegalArgumentException.class, "cpus=" + cpus, () -> new VectorMatrix(cpus, X86));
    }

    private static void refused(Class<? extends RuntimeException> type, String message, Executable use) {
        String actual = assertThrows(type, use).getMessage();
        assertTrue(actual.contains(message), actual);
    }

    // ---- real machines ----

    /** DOMAIN.md 11.2 C: eight CPUs of a VM, one offline; what Linux printed. */
    @Test
    void toString_realSnapshot_isPrintedAsLinuxDoes() {
        VectorMatrix matrix = new VectorMatrix(32, VectorLayout.of(32, 236));
        CpuMask system = CpuMask.parseList("0-19,21,50,128,236,243-244,246-255");
        for (int vector = system.next(0); vector >= 0; vector = system.next(vector + 1)) {
            matrix.assignSystem(vector, false);
        }
        String[] vectors = {"32-49,51-65", "32-49,51-63", "32-49,52-127,129-210", "32-49,51-127,129-171,173-209"};
        for (int cpu = 0; cpu < 4; cpu++) {
            matrix.online(cpu);
            CpuMask map = CpuMask.parseList(vectors[cpu]);
            for (int vector = map.next(0); vector >= 0; vector = map.next(vector + 1)) {
                matrix.assign(cpu, vector);
            }
        }
        assertEquals(
                "Online bitmaps:        4\n"
                        + "Global available:    393\n"
                        + "Global reserved:       0\n"
                        + "Total allocated:     415\n"
                        + "System: 36: 0-19,21,50,128,236,243-244,246-255\n"
                        + " | CPU | avl | man | mac | act | vectors\n"
                        + "     0   169     0     0   33  32-49,51-65\n"
                        + "     1   171     0     0   31  32-49,51-63\n"
                        + "     2    26     0     0  176  32-49,52-127,129-210\n"
                        + "     3    27     0     0  175  32-49,51-127,129-171,173-209\n",
                matrix.toString());
        matrix.offline(3);
        assertEquals(366, matrix.globalAvailable());
        assertEquals(415, matrix.totalAllocated()); // the kernel counts what is stranded on CPU 3
    }
}
