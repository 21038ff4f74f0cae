// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.untorn.msi.MsiMessage.DeliveryMode;

/** The rows are messages of real machines: lspci and kernel logs, as reference/DOMAIN.md 11.1 lists them. */
class MsiMessageTest {
    @ParameterizedTest
    @CsvSource({
        "0xfee10004, 0x402a, 0x10,   true,  false, FIXED,           true,  0x2a",
        "0xfee01004, 0x4023, 0x01,   true,  false, FIXED,           true,  0x23",
        "0xfee02004, 0x0028, 0x02,   true,  false, FIXED,           false, 0x28",
        "0xfee03000, 0x0021, 0x03,   false, false, FIXED,           false, 0x21",
        "0xfee0300c, 0x4142, 0x03,   true,  true,  LOWEST_PRIORITY, true,  0x42",
        "0xfee0300c, 0x41e1, 0x03,   true,  true,  LOWEST_PRIORITY, true,  0xe1",
        "0xfee0300c, 0x4152, 0x03,   true,  true,  LOWEST_PRIORITY, true,  0x52",
        "0xfeeff000, 0x0022, 0xff,   false, false, FIXED,           false, 0x22",
        "0xfee00000, 0x0020, 0,      false, false, FIXED,           false, 0x20",
        "0xfee00020, 0x0022, 256,    false, false, FIXED,           false, 0x22",
        "0xfee01020, 0x0031, 257,    false, false, FIXED,           false, 0x31",
        "0xfeefffe0, 0x00eb, 0x7fff, false, false, FIXED,           false, 0xeb",
        "0xfee34240, 0x0055, 0x1234, false, false, FIXED,           false, 0x55",
    })
    void compatibilityFormat_realMessage_decodesAndEncodes(
            String address,
            String data,
            String destination,
            boolean logical,
            boolean redirectable,
            DeliveryMode mode,
            boolean isAssert,
            String vector) {
        MsiMessage message = new MsiMessage(Long.decode(address), Integer.decode(data));
        assertFalse(message.isRemappable());
        assertFalse(message.isUnprogrammed());
        assertEquals(Integer.decode(destination), message.destination());
        assertEquals(logical, message.isLogical());
        assertEquals(redirectable, message.isRedirectable());
        assertEquals(mode, message.deliveryMode());
        assertEquals(isAssert, message.isAssert());
        assertFalse(message.isLevelTriggered());
        assertEquals(Integer.decode(vector), message.vector());
        assertEquals(message, new PairedRegister(message).message(), "through the word of a paired register");
        assertEquals(message, new SplitRegister(message).message(), "through a split register");
        if (!logical && !isAssert) {
            assertEquals(message, MsiMessage.of(message.destination(), message.vector()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0xfee003b8, 0, 29, 0", "0xfee00398, 0, 28, 0", "0xfee00418, 0, 32, 0", "0xfee008b8, 0, 69, 0",
        "0xfee00c18, 0, 96, 0", "0xfeefffFC, 0xffff, 65535, 65535", "0xfee00010, 0, 0, -1", "0xfee00014, 0, 32768, -1"
    })
    void remappableFormat_realMessage_decodesAndEncodes(String address, String data, int handle, int subhandle) {
        MsiMessage message = new MsiMessage(Long.decode(address), Integer.decode(data));
        assertTrue(message.isRemappable());
        assertFalse(message.isUnprogrammed());
        assertEquals(handle, message.handle());
        assertEquals(subhandle, message.subhandle());
        assertEquals(message, MsiMessage.remappable(handle, subhandle));
        assertThrows(IllegalStateException.class, message::vector);
        assertThrows(IllegalArgumentException.class, () -> new PairedRegister(message));
        assertThrows(IllegalArgumentException.class, () -> new SplitRegister().writeAddress(message));
    }

    @Test
    void zeroData_ofAQuiescedDevice_isUnprogrammed() {
        for (MsiMessage message : new MsiMessage[] {new MsiMessage(0xfee00000L, 0), MsiMessage.UNPROGRAMMED}) {
            assertTrue(message.isUnprogrammed());
            assertEquals(0, message.vector());
            assertTrue(message.toString().contains("unprogrammed"), message.toString());
            PairedRegister register = new PairedRegister(message);
            assertEquals(0, MessageRegister.vector(register.read()), "a raiser sees vector 0, which it must not raise");
            assertTrue(register.message().isUnprogrammed());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0xfd480000, 0x0004, address=0xfd480000", // an ARM doorbell
        "0xfed00000, 0x0020, address=0xfed00000",
        "0x1fee00000, 0x0020, address=0x1fee00000",
        "0, 0x0020, address=0x0",
        "0xfee00000, 0x10020, data=0x10020",
        "0xfee00000, 0x0820, data=0x820",
        "0xfee00000, 0x0320, data=0x320",
        "0xfee00000, 0x0620, data=0x620",
        "0xfee00000, 0x000f, vector=15",
        "0xfee00000, 0x4000, vector=0",
    })
    void decode_whatIsNoMessage_isRefusedByName(String address, String data, String named) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> new MsiMessage(Long.decode(address), Integer.decode(data)))
                .getMessage();
        assertTrue(message.startsWith(named), message);
    }

    @ParameterizedTest
    @CsvSource({"0x200, SMI", "0x400, NMI", "0x500, INIT", "0x700, EXT_INT", "0xc431, NMI"})
    void decode_deliveryModeWithoutVector_isAccepted(String data, DeliveryMode mode) {
        MsiMessage message = new MsiMessage(0xfee00000L, Integer.decode(data));
        assertEquals(mode, message.deliveryMode());
        assertEquals(Integer.decode(data) >= 0x8000, message.isLevelTriggered());
        assertEquals(message, new PairedRegister(message).message());
    }

    @Test
    void encode_outOfRange_isRefusedWithItsLimits() {
        assertEquals("destination=32768, minimum=0, maximum=32767", refused(() -> MsiMessage.of(32768, 32)));
        assertEquals("destination=-1, minimum=0, maximum=32767", refused(() -> MsiMessage.of(-1, 32)));
        assertEquals("vector=15, minimum=16, maximum=255", refused(() -> MsiMessage.of(0, 15)));
        assertEquals("vector=256, minimum=16, maximum=255", refused(() -> MsiMessage.of(0, 256)));
        assertEquals("handle=65536, minimum=0, maximum=65535", refused(() -> MsiMessage.remappable(65536)));
        assertEquals("subhandle=65536, minimum=-1, maximum=65535", refused(() -> MsiMessage.remappable(1, 65536)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 0x1234, 0x7fff})
    void of_everyVector_roundTripsThroughBothRegisters(int destination) {
        for (int vector = MsiMessage.MIN_VECTOR; vector <= MsiMessage.MAX_VECTOR; vector++) {
            MsiMessage message = MsiMessage.of(destination, vector);
            for (MessageRegister register :
                    new MessageRegister[] {new PairedRegister(message), new SplitRegister(message)}) {
                assertEquals(destination, MessageRegister.destination(register.read()));
                assertEquals(vector, MessageRegister.vector(register.read()));
                assertEquals(message, register.message());
            }
        }
    }

    private static String refused(Runnable call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }

    @Test
    void fields_ofTheOtherFormat_areRefused() {
        MsiMessage remappable = MsiMessage.remappable(5);
        for (Executable field : new Executable[] {
            remappable::destination,
            remappable::isLogical,
            remappable::isRedirectable,
            remappable::deliveryMode,
            remappable::isAssert,
            remappable::isLevelTriggered
        }) {
            assertThrows(IllegalStateException.class, field);
        }
        MsiMessage compatible = MsiMessage.of(1, 40);
        assertThrows(IllegalStateException.class, compatible::handle);
        assertThrows(IllegalStateException.class, compatible::subhandle);
    }
}
