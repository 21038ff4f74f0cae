// SPDX-License-Identifier: Apache-2.0
package org.untorn.pending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PendingBitmapTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 256, 1000, 4096})
    void raise_everyVector_isPendingOnceAndAlone(int size) {
        PendingBitmap pending = new PendingBitmap(size);
        for (int vector = 0; vector < size; vector++) {
            assertTrue(pending.raise(vector));
            assertFalse(pending.raise(vector), "a second raise coalesces");
            assertEquals("{" + vector + "}", pending.toString());
            assertTrue(pending.test(vector));
            assertTrue(pending.clear(vector));
            assertFalse(pending.clear(vector), "it was taken");
            assertTrue(pending.isEmpty());
        }
    }

    @Test
    void take_inBothOrders_passesOnEachPendingVectorOnce() {
        PendingBitmap pending = new PendingBitmap();
        List<Integer> taken = new ArrayList<>();
        for (int vector : new int[] {255, 0, 64, 63, 32, 191}) {
            pending.raise(vector);
        }
        assertEquals(6, pending.takeLowestFirst(taken::add));
        assertEquals(List.of(0, 32, 63, 64, 191, 255), taken);
        assertEquals(0, pending.takeLowestFirst(taken::add));

        taken.clear();
        for (int vector : new int[] {255, 0, 64, 63, 32, 191}) {
            pending.raise(vector);
        }
        assertEquals(6, pending.takeHighestFirst(taken::add));
        assertEquals(List.of(255, 191, 64, 63, 32, 0), taken);
    }

    @Test
    void take_consumerThrows_putsBackWhatItDidNotPassOn() {
        PendingBitmap pending = new PendingBitmap();
        for (int vector : new int[] {1, 2, 3, 100}) {
            pending.raise(vector);
        }
        assertThrows(
                IllegalStateException.class,
                () -> pending.takeLowestFirst(vector -> {
                    if (vector == 2) {
                        throw new IllegalStateException();
                    }
                }));
        assertEquals("{3, 100}", pending.toString());
        assertThrows(
                IllegalStateException.class,
                () -> pending.takeHighestFirst(vector -> {
                    throw new IllegalStateException();
                }));
        assertEquals("{3}", pending.toString());
    }

    @Test
    void raise_duringTake_isLeftForTheNextTake() {
        PendingBitmap pending = new PendingBitmap();
        pending.raise(7);
        assertEquals(1, pending.takeLowestFirst(pending::raise));
        assertEquals("{7}", pending.toString());
    }

    @Test
    void words_andNonEmptyWords_agree() {
        PendingBitmap pending = new PendingBitmap(200);
        pending.raise(3);
        pending.raise(199);
        assertEquals(0b1001L, pending.nonEmptyWords());
        assertEquals(4, pending.wordCount());
        assertEquals(1L << 3, pending.takeWord(0));
        assertEquals(0L, pending.takeWord(1));
        assertEquals(0b1000L, pending.nonEmptyWords());
        assertEquals(0L, pending.raiseAll(0, 0b110L));
        assertEquals(0b010L, pending.raiseAll(0, 0b1010L));
        assertEquals("{1, 2, 3, 199}", pending.toString());
    }

    @Test
    void badArguments_areNamedWithTheirLimit_andChangeNothing() {
        PendingBitmap pending = new PendingBitmap(100);
        assertEquals("vector=100, limit=100", message(() -> pending.raise(100)));
        assertEquals("vector=-1, limit=100", message(() -> pending.raise(-1)));
        assertEquals("vector=100, limit=100", message(() -> pending.test(100)));
        assertEquals("vector=300, limit=100", message(() -> pending.clear(300)));
        assertEquals("word=2, limit=2", message(() -> pending.takeWord(2)));
        assertEquals("word=-1, limit=2", message(() -> pending.raiseAll(-1, 1L)));
        assertEquals("vector=127, limit=100", message(() -> pending.raiseAll(1, -1L)));
        assertTrue(pending.isEmpty());
        assertEquals("size=0, minimum=1, maximum=4096", message(() -> new PendingBitmap(0)));
        assertEquals("size=4097, minimum=1, maximum=4096", message(() -> new PendingBitmap(4097)));
    }

    @Test
    void randomOperations_agreeWithABitSet() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        PendingBitmap pending = new PendingBitmap();
        BitSet model = new BitSet();
        for (int step = 0; step < 200_000; step++) {
            int vector = random.nextInt(256);
            String at = "seed=" + seed + ", step=" + step;
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> {
                    assertEquals(!model.get(vector), pending.raise(vector), at);
                    model.set(vector);
                }
                case 4, 5 -> {
                    assertEquals(model.get(vector), pending.clear(vector), at);
                    model.clear(vector);
                }
                case 6 -> assertEquals(model.get(vector), pending.test(vector), at);
                default -> {
                    int word = vector >>> 6;
                    long bits = pending.takeWord(word);
                    BitSet expected = model.get(word * 64, word * 64 + 64);
                    assertEquals(expected, BitSet.valueOf(new long[] {bits}), at);
                    model.clear(word * 64, word * 64 + 64);
                }
            }
            assertEquals(model.isEmpty(), pending.isEmpty(), at);
        }
    }

    private static String message(Runnable call) {
        return assertThrows(RuntimeException.class, call::run).getMessage();
    }

    @Test
    void arm_untilSomethingIsPending_orDisarmed() {
        PendingBitmap pending = new PendingBitmap();
        assertFalse(pending.isArmed());
        assertTrue(pending.arm());
        assertTrue(pending.isArmed());
        assertTrue(pending.raise(255));
        assertTrue(pending.isArmed(), "the raiser does not lower it");
        pending.disarm();
        assertFalse(pending.isArmed());
        assertFalse(pending.arm(), "255 is pending");
        assertFalse(pending.isArmed());
        assertTrue(pending.clear(255));
        assertTrue(pending.arm());
        assertTrue(pending.isEmpty() && pending.nonEmptyWords() == 0L, "the flag is no vector");
    }

    @Test
    void arm_ofTheLargestBitmap() {
        PendingBitmap pending = new PendingBitmap(PendingBitmap.MAX_SIZE);
        assertTrue(pending.arm());
        pending.raise(PendingBitmap.MAX_SIZE - 1);
        assertFalse(pending.arm());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 65, 256, 1000, 4096})
    void nonEmptyWords_onePending_namesItsWord(int size) {
        PendingBitmap pending = new PendingBitmap(size);
        assertEquals(size, pending.size());
        assertEquals((size + 63) / 64, pending.wordCount());
        for (int vector = 0; vector < size; vector++) {
            assertEquals(0L, pending.nonEmptyWords());
            pending.raise(vector);
            assertEquals(1L << vector / 64, pending.nonEmptyWords(), "vector=" + vector);
            assertEquals(1L << vector % 64, pending.takeWord(vector / 64));
        }
    }
}
