// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class VectorLayoutTest {
    @Test
    void x86_bothKernels_leave201Vectors() {
        VectorLayout old = VectorLayout.X86_LINUX_6_1;
        assertEquals(201, old.capacity());
        assertEquals("[32,236) system 0-19,29,32,50,128,236,240-242,244,246-255", old.toString());
        assertTrue(old.isSystem(32) && old.contains(32));
        VectorLayout newer = VectorLayout.X86_LINUX_6_12;
        assertEquals(201, newer.capacity());
        assertFalse(newer.isSystem(32));
        assertFalse(newer.contains(235) || newer.isSystem(235));
        assertEquals(32, newer.start());
        assertEquals(235, newer.end());
    }

    @Test
    void of_numbersOutOfLimits_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> VectorLayout.of(-1, 10));
        assertThrows(IllegalArgumentException.class, () -> VectorLayout.of(10, 10));
        assertEquals(
                "start=0, end=257, limit=256",
                assertThrows(IllegalArgumentException.class, () -> VectorLayout.of(0, 257))
                        .getMessage());
        assertEquals(
                "vector=256, limit=256",
                assertThrows(IllegalArgumentException.class, () -> VectorLayout.of(0, 10, 256))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> VectorLayout.of(0, 10, -1));
    }

    @Test
    void capacity_systemVectorsOutside_areNotSubtracted() {
        assertEquals(8, VectorLayout.of(10, 20, 5, 10, 19, 20, 19).capacity());
        assertEquals(256, VectorLayout.of(0, 256).capacity());
    }
}
