// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AffinityMovesTest {
    private static final String CALL = "0 k_msi_setaff: (f) irq=9 mask=0x2 state=0x0";
    private static final String END = "0 k_msi_setaff_ret: (g <- f) ret=0";

    private static String write(int irq, int cpu, int vector) {
        return String.format(
                "0 k_msiwrite: (f) irq=%d addr_lo=0x%x addr_hi=0x0 data=0x%x", irq, 0xfee00004 | 1 << cpu + 12, vector);
    }

    private static AffinityMoves moves(String... events) throws IOException {
        return AffinityMoves.load(new ByteArrayInputStream(Runs.text(events).getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void bundled_isTheWorkOfALinuxKernel() {
        AffinityMoves moves = AffinityMoves.bundled();
        assertEquals(1455, moves.size());
        assertEquals(16, moves.interrupts());
        assertEquals(4, moves.cpus());
        int[] count = new int[moves.interrupts()];
        for (int i = 0; i < moves.size(); i++) {
            count[moves.irq(i)]++;
            assertTrue(moves.cpu(i) >= 0 && moves.cpu(i) < moves.cpus());
        }
        assertTrue(IntStream.of(count).allMatch(n -> n > 0));
    }

    @Test
    void load_twoStepWrite_isOneMove() throws IOException {
        AffinityMoves moves =
                moves(write(9, 1, 33), CALL, write(9, 1, 34), write(9, 3, 34), END, CALL, write(9, 0, 33), END);
        assertArrayEquals(
                new int[] {3, 0},
                IntStream.range(0, moves.size()).map(moves::cpu).toArray());
        assertEquals(1, moves.start(0));
        assertEquals(4, moves.cpus());
    }

    @Test
    void load_repeatedMessageOrNewVector_isNoMove() throws IOException {
        assertEquals(
                0,
                moves(write(9, 1, 33), write(9, 1, 33), CALL, write(9, 1, 34), END, CALL, END)
                        .size());
    }

    @Test
    void load_afterAShutdownOrWithoutAVector_isAStart() throws IOException {
        String zero = "0 k_msiwrite: (f) irq=9 addr_lo=0x0 addr_hi=0x0 data=0x0";
        assertEquals(0, moves(write(9, 1, 33), zero, write(9, 2, 33)).size());
        assertEquals(
                0, moves(write(9, 1, 33), write(9, 0, 0xef), write(9, 2, 33)).size());
    }

    @Test
    void load_severalInterrupts_areNumberedInTheOrderOfTheirFirstMove() throws IOException {
        AffinityMoves moves =
                moves(write(5, 3, 33), write(9, 1, 33), write(9, 2, 33), write(5, 0, 33), write(9, 1, 33));
        assertArrayEquals(
                new int[] {0, 1, 0}, IntStream.range(0, 3).map(moves::irq).toArray());
        assertArrayEquals(new int[] {1, 3}, new int[] {moves.start(0), moves.start(1)});
        assertEquals(2, moves.interrupts());
    }

    @Test
    void load_physicalDestination_isTheApicNumber() throws IOException {
        AffinityMoves moves = moves(
                "0 k_msiwrite: (f) irq=9 addr_lo=0xfee00000 addr_hi=0x0 data=0x21",
                "0 k_msiwrite: (f) irq=9 addr_lo=0xfee06000 addr_hi=0x0 data=0x21");
        assertEquals(6, moves.cpu(0));
    }
}
