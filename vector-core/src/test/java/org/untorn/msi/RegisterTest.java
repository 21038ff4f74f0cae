// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RegisterTest {
    private static final MsiMessage HERE = MsiMessage.of(4, 0x2a);
    private static final MsiMessage THERE = MsiMessage.of(1, 0x23);

    @Test
    void paired_writtenThereAndBack_hasANewStampThoughTheSameMessage() {
        PairedRegister register = new PairedRegister(HERE);
        long reading = register.read();
        assertTrue(register.isCurrent(reading));
        register.write(THERE);
        assertFalse(register.isCurrent(reading));
        register.write(HERE);
        assertEquals(HERE, register.message());
        assertFalse(register.isCurrent(reading), "a check by value would have missed the round trip");
    }

    @Test
    void paired_sameMessageAgain_changesTheStamp() {
        PairedRegister register = new PairedRegister(HERE);
        long reading = register.read();
        register.write(HERE);
        assertFalse(register.isCurrent(reading));
    }

    @Test
    void paired_compareAndSet_succeedsOncePerReading() {
        PairedRegister register = new PairedRegister(HERE);
        long reading = register.read();
        assertTrue(register.compareAndSet(reading, 1, 0x23));
        assertEquals(THERE, register.message());
        assertFalse(register.compareAndSet(reading, 2, 0x24), "written since the reading");
        assertEquals(THERE, register.message());
    }

    @Test
    void paired_unprogram_returnsWhatItHeld() {
        PairedRegister register = new PairedRegister(HERE);
        long reading = register.read();
        assertEquals(reading, register.unprogram());
        assertTrue(register.message().isUnprogrammed());
        assertNotEquals(reading, register.read());
    }

    @Test
    void paired_stampWrapsAround_withoutTouchingTheMessage() {
        PairedRegister register = new PairedRegister(HERE);
        long last = register.read() | -1L << (64 - MessageRegister.STAMP_BITS);
        assertFalse(register.compareAndSet(last, 1, 0x23), "only what was read is current");
        assertEquals(HERE, register.message());
    }

    @Test
    void split_betweenItsWrites_isTorn_andSaysSo() {
        SplitRegister register = new SplitRegister(HERE);
        long reading = register.read();
        register.writeAddress(THERE);
        assertEquals(MsiMessage.of(1, 0x2a), register.message(), "new address, old data: the torn pair of DOMAIN 11.1");
        assertFalse(register.isCurrent(reading));
        long torn = register.read();
        register.writeData(THERE);
        assertFalse(register.isCurrent(torn));
        assertEquals(THERE, register.message());
    }

    @Test
    void split_dataFirst_showsOnlyTheOldCpuWithTheNewVector() {
        SplitRegister register = new SplitRegister(HERE);
        register.writeData(0x23);
        assertEquals(MsiMessage.of(4, 0x23), register.message());
        register.writeAddress(1);
        assertEquals(THERE, register.message());
    }

    @Test
    void split_unprogram_isNotRaisableAtAnyMoment() {
        SplitRegister register = new SplitRegister(HERE);
        register.unprogram();
        assertEquals(0, MessageRegister.vector(register.read()));
        assertTrue(register.message().isUnprogrammed());
    }

    @Test
    void writes_outOfRange_areRefusedAndChangeNothing() {
        PairedRegister paired = new PairedRegister(HERE);
        SplitRegister split = new SplitRegister(HERE);
        long pairedReading = paired.read();
        long splitReading = split.read();
        assertThrows(IllegalArgumentException.class, () -> paired.compareAndSet(pairedReading, 32768, 32));
        assertThrows(IllegalArgumentException.class, () -> paired.compareAndSet(pairedReading, 0, 15));
        assertThrows(IllegalArgumentException.class, () -> split.writeAddress(-1));
        assertThrows(IllegalArgumentException.class, () -> split.writeData(256));
        assertTrue(paired.isCurrent(pairedReading));
        assertTrue(split.isCurrent(splitReading));
    }

    @Test
    void toString_namesTheMessageAndTheStamp() {
        PairedRegister paired = new PairedRegister(HERE);
        assertEquals(HERE + " stamp=0", paired.toString());
        paired.write(THERE);
        assertEquals(THERE + " stamp=1", paired.toString());
        SplitRegister split = new SplitRegister(HERE);
        assertEquals(HERE + " stamp=2", split.toString());
    }
}
