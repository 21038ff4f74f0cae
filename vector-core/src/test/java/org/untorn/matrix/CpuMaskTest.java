// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuMaskTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|0",
                "0|1",
                "0-3,8|10f",
                "31|80000000",
                "32|1,00000000",
                "0,32-39|ff,00000001",
                "63-64|1,80000000,00000000",
                "4095|80000000" + ",00000000,00000000,00000000,00000000,00000000,00000000,00000000"
            })
    void forms_ofOneSet_areReadAndPrinted(String list, String hex) {
        CpuMask mask = CpuMask.parseList(list);
        assertEquals(list, mask.toString());
        assertEquals(mask, CpuMask.parseList(" " + mask + "\n"));
        assertEquals(mask, CpuMask.parseHex(mask.toHex() + "\n"));
        if (mask.highest() < 128) {
            assertEquals(hex, mask.toHex());
            assertEquals(mask, CpuMask.parseHex("0,00000000," + "0".repeat(8) + ",00000000," + padded(hex)));
        }
    }

    private static String padded(String hex) {
        int first = hex.indexOf(',') < 0 ? hex.length() : hex.indexOf(',');
        return "0".repeat(8 - first) + hex;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-", "1-", "-1", "3-2", "1,,2", "a", "1 2", ",", "+1", "99999999999", "0-2147483647", "\u0661"})
    void parseList_noList_isRefusedByItsText(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> CpuMask.parseList(text))
                .getMessage();
        assertTrue(message.contains("=" + text), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "g", "123456789", "1,,2", "-1", "0x1", "ff,", "1 2"})
    void parseHex_noHex_isRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> CpuMask.parseHex(text));
    }

    @Test
    void operations_anySets_equalBitSets() {
        long seed = Long.getLong("untorn.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            BitSet a = bits(random);
            BitSet b = bits(random);
            check(a, mask(a), seed);
            BitSet both = (BitSet) a.clone();
            both.and(b);
            check(both, mask(a).and(mask(b)), seed);
            BitSet either = (BitSet) a.clone();
            either.or(b);
            check(either, mask(a).or(mask(b)), seed);
            BitSet rest = (BitSet) a.clone();
            rest.andNot(b);
            check(rest, mask(a).andNot(mask(b)), seed);
        }
    }

    private static void check(BitSet bits, CpuMask mask, long seed) {
        String run = "-Duntorn.seed=" + seed + " " + mask;
        assertEquals(mask(bits), mask, run);
        assertEquals(mask(bits).hashCode(), mask.hashCode(), run);
        assertEquals(bits.cardinality(), mask.size(), run);
        assertEquals(bits.isEmpty(), mask.isEmpty(), run);
        assertEquals(bits.length() - 1, mask.highest(), run);
        for (int cpu = 0; cpu < 300; cpu++) {
            assertEquals(bits.get(cpu), mask.contains(cpu), run);
            assertEquals(bits.nextSetBit(cpu), mask.next(cpu), run);
        }
        assertEquals(mask, CpuMask.parseList(mask.toString()), run);
        assertEquals(mask, CpuMask.parseHex(mask.toHex()), run);
    }

    private static BitSet bits(Random random) {
        BitSet bits = new BitSet();
        int length = 1 + random.nextInt(260);
        for (int i = random.nextInt(100); i > 0; i--) {
            bits.set(random.nextInt(length));
        }
        return bits;
    }

    private static CpuMask mask(BitSet bits) {
        return CpuMask.of(bits.stream().toArray());
    }

    @Test
    void range_anyEnds_holdsWhatIsBetween() {
        for (int from = 0; from < 130; from++) {
            for (int to = from; to < 200; to++) {
                CpuMask range = CpuMask.range(from, to);
                assertEquals(to - from, range.size());
                assertEquals(to == from ? -1 : from, range.next(0));
                assertEquals(to == from ? -1 : to - 1, range.highest());
            }
        }
        assertThrows(IllegalArgumentException.class, () -> CpuMask.range(-1, 2));
        assertThrows(IllegalArgumentException.class, () -> CpuMask.range(3, 2));
    }

    @Test
    void of_negativeCpu_isRefused() {
        assertEquals(
                "cpu=-1, minimum=0",
                assertThrows(IllegalArgumentException.class, () -> CpuMask.of(3, -1))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> CpuMask.of(1).next(-1));
        assertFalse(CpuMask.of(1).contains(-1));
    }

    @Test
    void equals_otherSetOrType_isFalse() {
        assertNotEquals(CpuMask.of(1), CpuMask.of(2));
        assertNotEquals(CpuMask.of(1), "1");
        assertEquals(CpuMask.of(), CpuMask.of(100).and(CpuMask.of(1)));
    }
}
