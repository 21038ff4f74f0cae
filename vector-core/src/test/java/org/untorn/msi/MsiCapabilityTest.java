// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.untorn.msi.MsiCapability.Layout;

class MsiCapabilityTest {
    private static final int FLAGS = 2;
    private static final int ENABLE = 1;

    private final Sent sent = new Sent();

    @ParameterizedTest
    @CsvSource({
        "1,  ADDRESS_32,          0590 0000  00000000           0000",
        "32, ADDRESS_64,          0590 8a00  00000000 00000000  0000",
        "2,  ADDRESS_32_MASKABLE, 0590 0201  00000000           0000 0000  00000000 00000000",
        "8,  ADDRESS_64_MASKABLE, 0590 8601  00000000 00000000  0000 0000  00000000 00000000",
    })
    void layout_afterReset_isZeroButForWhatItIs(int messages, Layout layout, String bytes) {
        assertEquals(bytes.replace(" ", ""), bytes(new MsiCapability(messages, layout, 0x90, sent)));
    }

    @ParameterizedTest
    @CsvSource({
        "1,  ADDRESS_32,          0590 0100  fcffffff           ffff",
        "4,  ADDRESS_32,          0590 2500  fcffffff           ffff",
        "32, ADDRESS_64,          0590 db00  fcffffff ffffffff  ffff",
        "2,  ADDRESS_32_MASKABLE, 0590 1301  fcffffff           ffff 0000  03000000 00000000",
        "32, ADDRESS_32_MASKABLE, 0590 5b01  fcffffff           ffff 0000  ffffffff 00000000",
        "8,  ADDRESS_64_MASKABLE, 0590 b701  fcffffff ffffffff  ffff 0000  ff000000 00000000",
    })
    void layout_allOnesWritten_keepsReadOnlyAndReservedBits(int messages, Layout layout, String bytes) {
        for (int size = 1; size <= 4; size *= 2) {
            MsiCapability capability = new MsiCapability(messages, layout, 0x90, sent);
            for (int offset = 0; offset + size <= capability.sizeBytes(); offset += size) {
                capability.write(offset, size, -1);
            }
            for (int offset = capability.sizeBytes() & -size; offset < capability.sizeBytes(); offset += 2) {
                capability.write(offset, 2, -1); // the data at the end, of 2 bytes
            }
            assertEquals(bytes.replace(" ", ""), bytes(capability), "size=" + size);
        }
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void layout_eachByteWrittenAlone_changesItAlone(Layout layout) {
        MsiCapability capability = new MsiCapability(8, layout, 0, sent);
        for (int offset = 4; offset < capability.sizeBytes(); offset++) {
            String before = bytes(capability);
            capability.write(offset, 1, 0x54);
            StringBuilder expected = new StringBuilder(before);
            boolean reserved =
                    layout.sizeBytes() > 0x10 && dataOffset(layout) + 2 <= offset && offset < dataOffset(layout) + 4;
            boolean mask = offset >= dataOffset(layout) + 4;
            if (!reserved && (!mask || offset == dataOffset(layout) + 4)) {
                expected.replace(2 * offset, 2 * offset + 2, "54");
            }
            assertEquals(expected.toString(), bytes(capability), "offset=" + offset);
        }
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void read_ofEachSize_isTheSameLittleEndianBytes(Layout layout) {
        MsiCapability capability = new MsiCapability(16, layout, 0x40, sent);
        program(capability, layout, 0x1_fee1_0004L, 0xa5c3);
        ByteBuffer image = ByteBuffer.allocate(capability.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        capability.copyTo(image.duplicate());
        for (int offset = 0; offset < capability.sizeBytes(); offset++) {
            assertEquals(image.get(offset) & 0xff, capability.read(offset, 1));
            if (offset % 2 == 0) {
                assertEquals(image.getShort(offset) & 0xffff, capability.read(offset, 2));
            }
            if (offset % 4 == 0 && offset + 4 <= capability.sizeBytes()) {
                assertEquals(image.getInt(offset), capability.read(offset, 4));
            }
        }
    }

    @Test
    void copyTo_aBigEndianBuffer_advancesItAndKeepsTheBytes() {
        MsiCapability capability = new MsiCapability(1, Layout.ADDRESS_32, 0, sent);
        capability.write(4, 4, 0xfee1_0004);
        ByteBuffer target = ByteBuffer.allocate(12).position(1);
        capability.copyTo(target);
        assertEquals(11, target.position());
        assertEquals(0x04, target.get(5));
        assertEquals(
                "remaining=1, minimum=10",
                assertThrows(IllegalArgumentException.class, () -> capability.copyTo(target))
                        .getMessage());
        assertEquals(11, target.position());
    }

    @Test
    void event_whileDisabled_doesNothing() {
        MsiCapability capability = new MsiCapability(2, Layout.ADDRESS_32_MASKABLE, 0, sent);
        program(capability, Layout.ADDRESS_32_MASKABLE, 0xfee0_1000L, 0x30);
        assertEquals(EventResult.DISABLED, capability.event(0));
        capability.write(FLAGS, 2, ENABLE);
        assertEquals(List.of(), sent.take());
        assertEquals(EventResult.DISABLED, capability.event(1), "one of two is granted");
        assertEquals(EventResult.SENT, capability.event(0));
        assertEquals(List.of("fee01000/30"), sent.take());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16, 32})
    void event_ofManyMessages_replacesTheLowBitsOfTheData(int granted) {
        MsiCapability capability = new MsiCapability(32, Layout.ADDRESS_64, 0, sent);
        program(capability, Layout.ADDRESS_64, 0xfee0_2000L, 0x7f);
        capability.write(FLAGS, 2, ENABLE | Integer.numberOfTrailingZeros(granted) << 4);
        for (int message = 0; message < 32; message++) {
            boolean isGranted = message < granted;
            assertEquals(isGranted ? EventResult.SENT : EventResult.DISABLED, capability.event(message));
            int data = granted == 1 ? 0x7f : 0x7f & -granted | message;
            assertEquals(isGranted ? List.of(Sent.text(0xfee0_2000L, data)) : List.of(), sent.take());
        }
    }

    @Test
    void grant_ofMoreThanItIsCapableOf_isWhatThereIs() {
        MsiCapability capability = new MsiCapability(4, Layout.ADDRESS_64, 0, sent);
        capability.write(FLAGS, 2, ENABLE | 7 << 4);
        assertEquals(0x00a5, capability.read(FLAGS, 2));
        assertEquals(EventResult.SENT, capability.event(3));
    }

    @Test
    void message_whoseDataIsGrantedToOthersWhileItIsSent_isSentAgain() {
        MsiCapability[] device = new MsiCapability[1];
        device[0] = new MsiCapability(4, Layout.ADDRESS_32, 0, (address, data) -> {
            sent.send(address, data);
            if (data == 0x33) {
                device[0].write(FLAGS, 2, ENABLE | 2 << 4);
            }
        });
        program(device[0], Layout.ADDRESS_32, 0xfee0_1000L, 0x33);
        device[0].write(FLAGS, 2, ENABLE);
        assertEquals(EventResult.SENT, device[0].event(0));
        assertEquals(List.of("fee01000/33", "fee01000/30"), sent.take());
    }

    @Test
    void event_betweenTheTwoWrites_sendsTheTornPair() {
        MsiCapability capability = new MsiCapability(1, Layout.ADDRESS_64, 0, sent);
        program(capability, Layout.ADDRESS_64, 0xfee1_0004L, 0x402a);
        capability.write(FLAGS, 2, ENABLE);
        capability.write(0x04, 4, 0xfee0_1004);
        capability.event(0);
        capability.write(0x0c, 2, 0x4023);
        capability.event(0);
        assertEquals(List.of("fee01004/402a", "fee01004/4023"), sent.take(), "DOMAIN 11.1: CPU 0 with the old vector");
    }

    @Test
    void event_betweenTheHalvesOfA64BitAddress_sendsTheTornAddress() {
        MsiCapability capability = new MsiCapability(1, Layout.ADDRESS_64, 0, sent);
        program(capability, Layout.ADDRESS_64, 0xfee0_1000L, 0x30);
        capability.write(FLAGS, 2, ENABLE);
        capability.write(0x04, 4, 0xfee0_2000);
        capability.event(0);
        capability.write(0x08, 4, 0x0000_0100);
        capability.event(0);
        assertEquals(List.of("fee02000/30", "100fee02000/30"), sent.take());
    }

    @ParameterizedTest
    @EnumSource(names = {"ADDRESS_32_MASKABLE", "ADDRESS_64_MASKABLE"})
    void event_whileMasked_isPendingAndSentOnceOnUnmaskAsTheMessageIsThen(Layout layout) {
        MsiCapability capability = new MsiCapability(4, layout, 0, sent);
        int mask = dataOffset(layout) + 4;
        program(capability, layout, 0xfee0_1000L, 0x30);
        capability.write(FLAGS, 2, ENABLE | 2 << 4);
        capability.write(mask, 4, 0b0110);
        assertEquals(EventResult.PENDING, capability.event(2));
        assertEquals(EventResult.PENDING, capability.event(2), "two events, one pending bit");
        assertEquals(EventResult.SENT, capability.event(3), "masked is each for itself");
        assertEquals(List.of("fee01000/33"), sent.take());
        assertEquals(0b0100, capability.read(mask + 4, 4));
        capability.write(mask + 4, 4, -1);
        capability.write(mask + 4, 1, 0);
        assertEquals(0b0100, capability.read(mask + 4, 1), "read-only to software");
        program(capability, layout, 0xfee0_2000L, 0x40);
        capability.write(mask, 4, 0b0100);
        assertEquals(List.of(), sent.take(), "another one was unmasked");
        capability.write(mask, 1, 0);
        assertEquals(List.of("fee02000/42"), sent.take());
        assertEquals(0, capability.read(mask + 4, 4));
        capability.write(mask, 4, 0b0100);
        capability.write(mask, 4, 0);
        assertEquals(List.of(), sent.take(), "once");
    }

    @Test
    void pendingMessage_ofADisabledCapability_isSentWhenItIsEnabledAgain() {
        MsiCapability capability = new MsiCapability(2, Layout.ADDRESS_32_MASKABLE, 0, sent);
        program(capability, Layout.ADDRESS_32_MASKABLE, 0xfee0_1000L, 0x30);
        capability.write(FLAGS, 2, ENABLE | 1 << 4);
        capability.write(0x0c, 4, 2);
        capability.event(1);
        capability.write(FLAGS, 2, 1 << 4);
        capability.write(0x0c, 4, 0);
        assertEquals(List.of(), sent.take());
        capability.write(FLAGS, 2, ENABLE);
        assertEquals(List.of(), sent.take(), "not granted");
        capability.write(0, 4, (ENABLE | 1 << 4) << 16);
        assertEquals(List.of("fee01000/31"), sent.take());
    }

    @Test
    void arguments_outOfRange_areRefusedByName() {
        MsiCapability capability = new MsiCapability(2, Layout.ADDRESS_32, 0, sent);
        assertEquals("messages=3, expected a power of two, minimum=1, maximum=32", refused(() -> capability(3, 0)));
        assertTrue(refused(() -> capability(0, 0)).startsWith("messages=0"));
        assertTrue(refused(() -> capability(64, 0)).startsWith("messages=64"));
        assertTrue(refused(() -> capability(1, 0x3c)).startsWith("next=60"));
        assertTrue(refused(() -> capability(1, 0x42)).startsWith("next=66"));
        assertTrue(refused(() -> capability(1, 0x100)).startsWith("next=256"));
        assertThrows(NullPointerException.class, () -> new MsiCapability(1, Layout.ADDRESS_32, 0, null));
        assertEquals(
                "offset=4, size=3, expected a power of two, minimum=1, maximum=4",
                refused(() -> capability.read(4, 3)));
        assertTrue(refused(() -> capability.read(0, 8)).startsWith("offset=0, size=8"));
        assertTrue(refused(() -> capability.write(0, 0, 0)).startsWith("offset=0, size=0"));
        assertEquals("offset=6, size=4, expected an aligned offset", refused(() -> capability.write(6, 4, 0)));
        assertEquals("offset=5, size=2, expected an aligned offset", refused(() -> capability.read(5, 2)));
        assertEquals("offset=8, size=4, limit=10", refused(() -> capability.read(8, 4)));
        assertEquals("offset=10, size=1, limit=10", refused(() -> capability.write(10, 1, 0)));
        assertEquals("offset=-2, size=2, limit=10", refused(() -> capability.read(-2, 2)));
        assertEquals("message=2, limit=2", refused(() -> capability.event(2)));
        assertEquals("message=-1, limit=2", refused(() -> capability.event(-1)));
    }

    private MsiCapability capability(int messages, int next) {
        return new MsiCapability(messages, Layout.ADDRESS_64, next, sent);
    }

    private static String refused(Runnable action) {
        return assertThrows(RuntimeException.class, action::run).getMessage();
    }

    static int dataOffset(Layout layout) {
        return layout == Layout.ADDRESS_32 || layout == Layout.ADDRESS_32_MASKABLE ? 0x08 : 0x0c;
    }

    /** In the order and sizes that Linux writes. */
    static void program(MsiCapability capability, Layout layout, long address, int data) {
        capability.write(0x04, 4, (int) address);
        if (dataOffset(layout) == 0x0c) {
            capability.write(0x08, 4, (int) (address >>> 32));
        }
        capability.write(dataOffset(layout), 2, data);
    }

    static String bytes(MessageCapability capability) {
        ByteBuffer target = ByteBuffer.allocate(capability.sizeBytes());
        capability.copyTo(target);
        assertEquals(0, target.remaining());
        return java.util.HexFormat.of().formatHex(target.array());
    }
}
