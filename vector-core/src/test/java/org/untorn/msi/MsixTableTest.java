// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MsixTableTest {
    private static final int FLAGS = 2;
    private static final int ENABLE = 1 << 15;
    private static final int FUNCTION_MASK = 1 << 14;

    private final Sent sent = new Sent();

    @ParameterizedTest
    @CsvSource({
        "2,    0,    0x1,    0x801,  1100 0100 01000000 01080000",
        "5,    0xd0, 0x3,    0x2003, 11d0 0400 03000000 03200000",
        "2048, 0x40, 0x2000, 0xa000, 1140 ff07 00200000 00a00000",
    })
    void capability_allOnesWritten_hasTwoWritableBits(
            int entries, String next, String table, String pba, String bytes) {
        for (int size = 1; size <= 4; size *= 2) {
            MsixTable device =
                    new MsixTable(entries, Integer.decode(next), Integer.decode(table), Integer.decode(pba), sent);
            assertEquals(bytes.replace(" ", ""), MsiCapabilityTest.bytes(device), "after reset");
            for (int offset = 0; offset < device.sizeBytes(); offset += size) {
                device.write(offset, size, -1);
            }
            assertEquals(entries - 1 | ENABLE | FUNCTION_MASK, device.read(FLAGS, 2));
            assertEquals((entries - 1 | ENABLE | FUNCTION_MASK) >>> 8, device.read(FLAGS + 1, 1));
            device.write(FLAGS, 2, 0);
            assertEquals(bytes.replace(" ", ""), MsiCapabilityTest.bytes(device));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 16, 8", "2, 32, 8", "64, 1024, 8", "65, 1040, 16", "2047, 32752, 256", "2048, 32768, 256"})
    void sizes_ofTableAndArray_areThoseOfTheSpecification(int entries, int tableBytes, int pendingBytes) {
        MsixTable device = new MsixTable(entries, sent);
        assertEquals(tableBytes, device.tableBytes());
        assertEquals(pendingBytes, device.pendingBytes());
        ByteBuffer table = ByteBuffer.allocate(tableBytes);
        device.copyTableTo(table);
        assertEquals(
                "00000000000000000000000001000000".repeat(entries),
                HexFormat.of().formatHex(table.array()),
                "after reset all are masked");
        ByteBuffer pending = ByteBuffer.allocate(pendingBytes);
        device.copyPendingTo(pending);
        assertEquals(0, pending.remaining());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> device.copyTableTo(table))
                .getMessage()
                .startsWith("remaining=0, minimum="));
        assertThrows(IllegalArgumentException.class, () -> device.copyPendingTo(pending));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void entry_allOnesWritten_keepsReservedBits(int size) {
        MsixTable device = new MsixTable(3, sent);
        for (int offset = 16; offset < 32; offset += size) {
            device.writeTable(offset, size, -1L);
        }
        assertEquals("fcffffff ffffffff ffffffff 01000000", entry(device, 1));
        assertEquals("00000000 00000000 00000000 01000000", entry(device, 0));
        assertEquals("00000000 00000000 00000000 01000000", entry(device, 2));
        assertEquals(0xffff_fffcL, device.readTable(16, 4));
        assertEquals(0xffff_ffffL, device.readTable(20, 4));
        assertEquals(0xffff_ffff_ffff_fffcL, device.readTable(16, 8));
        assertEquals(0x1_ffff_ffffL, device.readTable(24, 8));
        assertEquals(1, device.readTable(28, 4));
    }

    @Test
    void entry_eachDwordWrittenAlone_changesItAlone() {
        MsixTable device = new MsixTable(2, sent);
        device.writeTable(0, 8, 0x1111_1111_2222_2220L);
        device.writeTable(8, 8, 0x3333_3333L);
        device.writeTable(4, 4, -1L << 32 | 0x4444_4444L);
        assertEquals("20222222 44444444 33333333 00000000", entry(device, 0));
        device.writeTable(0, 4, 0x5555_5557L);
        assertEquals("54555555 44444444 33333333 00000000", entry(device, 0));
        device.writeTable(12, 4, 0x6666_6667L);
        assertEquals("54555555 44444444 33333333 01000000", entry(device, 0));
        device.writeTable(8, 4, 0x7777_7777L);
        assertEquals("54555555 44444444 77777777 01000000", entry(device, 0));
    }

    @Test
    void event_whileDisabled_doesNothing() {
        MsixTable device = new MsixTable(2, sent);
        program(device, 0, 0xfee0_1000L, 0x30, false);
        assertEquals(EventResult.DISABLED, device.event(0));
        assertEquals(EventResult.DISABLED, device.event(1));
        assertEquals(0, device.readPending(0, 8));
        device.write(FLAGS, 2, ENABLE);
        assertEquals(List.of(), sent.take());
        assertEquals(EventResult.SENT, device.event(0));
        assertEquals(List.of("fee01000/30"), sent.take());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void event_onAMaskedEntry_isPendingAndSentOnceOnUnmaskAsTheMessageIsThen(int size) {
        MsixTable device = new MsixTable(65, sent);
        device.write(FLAGS, 2, ENABLE);
        program(device, 64, 0xfee0_1000L, 0x30, true);
        assertEquals(EventResult.PENDING, device.event(64));
        assertEquals(EventResult.PENDING, device.event(64), "two events, one pending bit");
        assertEquals(1, device.readPending(8, 8));
        assertEquals(1, device.readPending(8, 4));
        assertEquals(0, device.readPending(12, 4));
        assertEquals(0, device.readPending(0, 8));
        device.writeTable(64 * 16, 8, 0x7_fee0_2000L);
        assertEquals(List.of(), sent.take());
        if (size == 4) {
            device.writeTable(64 * 16 + 8, 4, 0x8000_0040L);
            device.writeTable(64 * 16 + 12, 4, 0);
        } else {
            device.writeTable(64 * 16 + 8, 8, 0x8000_0040L); // data and unmask at once
        }
        assertEquals(List.of("7fee02000/80000040"), sent.take());
        assertEquals(0, device.readPending(8, 8));
        device.writeTable(64 * 16 + 12, 4, 1);
        device.writeTable(64 * 16 + 12, 4, 0);
        assertEquals(List.of(), sent.take(), "once");
    }

    /** Cloud Hypervisor #7956 missed the write of 4 bytes. */
    @ParameterizedTest
    @CsvSource({"2, 2, 0", "0, 4, 16", "3, 1, -8"})
    void functionMask_takenAwayByAnyWriteSize_sendsWhatIsPendingOnOpenEntries(int offset, int size, int shift) {
        MsixTable device = new MsixTable(130, sent);
        for (int entry = 0; entry < 130; entry++) {
            program(device, entry, 0xfee0_1000L, 0x100 + entry, entry == 65);
        }
        device.write(FLAGS, 2, ENABLE | FUNCTION_MASK);
        List<String> expected = new ArrayList<>();
        for (int entry : new int[] {0, 63, 64, 65, 129}) {
            assertEquals(EventResult.PENDING, device.event(entry));
            if (entry != 65) {
                expected.add(Sent.text(0xfee0_1000L, 0x100 + entry));
            }
        }
        program(device, 1, 0xfee0_1000L, 0, false);
        assertEquals(0x8000_0000_0000_0001L, device.readPending(0, 8));
        assertEquals(List.of(), sent.take(), "an entry that is unmasked under the function mask sends nothing");
        device.write(offset, size, shift < 0 ? ENABLE >>> -shift : ENABLE << shift);
        assertEquals(expected, sent.take());
        assertEquals(2, device.readPending(8, 8), "its entry is masked");
        device.writeTable(65 * 16 + 12, 4, 0);
        assertEquals(List.of("fee01000/141"), sent.take());
    }

    @Test
    void pendingEntry_ofADisabledCapability_isSentWhenItIsEnabledAgain() {
        MsixTable device = new MsixTable(1, sent);
        device.write(FLAGS, 2, ENABLE | FUNCTION_MASK);
        program(device, 0, 0xfee0_1000L, 0x30, false);
        device.event(0);
        device.write(FLAGS, 2, 0);
        assertEquals(List.of(), sent.take());
        device.write(FLAGS, 2, ENABLE);
        assertEquals(List.of("fee01000/30"), sent.take());
    }

    @Test
    void unmaskedEntry_rewrittenHalfWay_exposesWhatIsThere() {
        MsixTable device = new MsixTable(1, sent);
        device.write(FLAGS, 2, ENABLE);
        program(device, 0, 0xfee1_0004L, 0x402a, false);
        device.writeTable(0, 4, 0xfee0_1004L);
        device.event(0);
        device.writeTable(8, 4, 0x4023L);
        device.event(0);
        assertEquals(List.of("fee01004/402a", "fee01004/4023"), sent.take());
    }

    /** A raiser that is suspended between composing the message and its delivery, while software moves the interrupt. */
    @Test
    void message_movedWhileItIsSent_isSentAgainToTheNewPlace() {
        MsixTable[] device = new MsixTable[1];
        device[0] = new MsixTable(1, (address, data) -> {
            if (sent.take().isEmpty() && data == 0x30) {
                program(device[0], 0, 0xfee0_2000L, 0x40, false);
            }
            sent.send(address, data);
        });
        device[0].write(FLAGS, 2, ENABLE);
        program(device[0], 0, 0xfee0_1000L, 0x30, false);
        assertEquals(EventResult.SENT, device[0].event(0));
        assertEquals(List.of("fee02000/40"), sent.take());
    }

    @Test
    void message_movedWhileItIsSent_andMasked_isPending() {
        MsixTable[] device = new MsixTable[1];
        device[0] = new MsixTable(1, (address, data) -> {
            sent.send(address, data);
            if (data == 0x30) {
                program(device[0], 0, 0xfee0_2000L, 0x40, true);
            }
        });
        device[0].write(FLAGS, 2, ENABLE);
        program(device[0], 0, 0xfee0_1000L, 0x30, false);
        assertEquals(EventResult.PENDING, device[0].event(0));
        assertEquals(List.of("fee01000/30"), sent.take());
        device[0].writeTable(12, 4, 0);
        assertEquals(List.of("fee02000/40"), sent.take());
    }

    @Test
    void message_maskedAndUnmaskedWhileItIsSent_isSentOnce() {
        MsixTable[] device = new MsixTable[1];
        int[] sends = new int[1];
        device[0] = new MsixTable(2, (address, data) -> {
            if (++sends[0] == 1) {
                device[0].writeTable(12, 4, 1);
                device[0].writeTable(12, 4, 0);
                program(device[0], 1, 0xfee0_2000L, 0x40, false); // another one is moved
            }
        });
        device[0].write(FLAGS, 2, ENABLE);
        program(device[0], 0, 0xfee0_1000L, 0x30, false);
        assertEquals(EventResult.SENT, device[0].event(0));
        assertEquals(1, sends[0]);
    }

    @Test
    void sink_thatThrows_leavesTheEventPendingAndLosesNothingOfOthers() {
        boolean[] broken = {true};
        MsixTable device = new MsixTable(3, (address, data) -> {
            if (broken[0] && data == 0x31) {
                throw new IllegalStateException("bus error");
            }
            sent.send(address, data);
        });
        device.write(FLAGS, 2, ENABLE | FUNCTION_MASK);
        for (int entry = 0; entry < 3; entry++) {
            program(device, entry, 0xfee0_1000L, 0x30 + entry, false);
            device.event(entry);
        }
        assertThrows(IllegalStateException.class, () -> device.write(FLAGS, 2, ENABLE));
        assertEquals(0b110, device.readPending(0, 8));
        assertThrows(IllegalStateException.class, () -> device.event(1));
        assertEquals(List.of("fee01000/30"), sent.take());
        broken[0] = false;
        device.write(FLAGS, 2, ENABLE);
        assertEquals(List.of("fee01000/31", "fee01000/32"), sent.take());
        assertEquals(0, device.readPending(0, 8));
    }

    @Test
    void arguments_outOfRange_areRefusedByNameAndChangeNothing() {
        MsixTable device = new MsixTable(2, sent);
        assertEquals("entries=0, minimum=1, maximum=2048", refused(() -> new MsixTable(0, sent)));
        assertEquals("entries=2049, minimum=1, maximum=2048", refused(() -> new MsixTable(2049, sent)));
        assertTrue(refused(() -> new MsixTable(1, 4, 0, 16, sent)).startsWith("next=4"));
        assertEquals("table=0x6, BAR=6, maximum=5", refused(() -> new MsixTable(1, 0, 6, 16, sent)));
        assertEquals("pendingArray=0x17, BAR=7, maximum=5", refused(() -> new MsixTable(1, 0, 0, 0x17, sent)));
        assertEquals(
                "pendingArray=0x18 overlaps table=0x0, entries=2", refused(() -> new MsixTable(2, 0, 0, 0x18, sent)));
        assertTrue(refused(() -> new MsixTable(65, 0, 0x1008, 0x1000, sent)).contains("overlaps"));
        new MsixTable(64, 0, 0x1008, 0x1000, sent); // side by side
        new MsixTable(2, 0, 0x0, 0x19, sent); // in another BAR
        assertThrows(NullPointerException.class, () -> new MsixTable(1, null));
        assertEquals(
                "offset=4, size=2, expected a power of two, minimum=4, maximum=8",
                refused(() -> device.writeTable(4, 2, 0)));
        assertTrue(refused(() -> device.readTable(0, 16)).startsWith("offset=0, size=16"));
        assertEquals("offset=12, size=8, expected an aligned offset", refused(() -> device.writeTable(12, 8, 0)));
        assertEquals("offset=2, size=4, expected an aligned offset", refused(() -> device.writeTable(2, 4, 0)));
        assertEquals("offset=32, size=4, limit=32", refused(() -> device.writeTable(32, 4, 0)));
        assertEquals("offset=-8, size=8, limit=32", refused(() -> device.readTable(-8, 8)));
        assertEquals("offset=8, size=4, limit=8", refused(() -> device.readPending(8, 4)));
        assertTrue(refused(() -> device.readPending(0, 1)).startsWith("offset=0, size=1"));
        assertEquals("offset=12, size=4, limit=12", refused(() -> device.read(12, 4)));
        assertEquals("message=2, limit=2", refused(() -> device.event(2)));
        assertEquals("00000000 00000000 00000000 01000000", entry(device, 0));
    }

    @Test
    void event_sentOrMasked_allocatesNothing() {
        long[] count = new long[1];
        MsixTable device = new MsixTable(2, (address, data) -> count[0] += data);
        device.write(FLAGS, 2, ENABLE);
        program(device, 0, 0xfee0_1000L, 1, false);
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) { // the first may include what is loaded and compiled
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int step = 0; step < 1_000; step++) {
                device.event(0);
                device.event(1);
                device.writeTable(28, 4, step & 1);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
        assertEquals(5_000, count[0]);
    }

    private static String refused(Runnable action) {
        return assertThrows(RuntimeException.class, action::run).getMessage();
    }

    /** As Linux writes an entry: masked, then unmasked if it is to be. */
    static void program(MsixTable device, int entry, long address, int data, boolean masked) {
        device.writeTable(entry * 16 + 12, 4, 1);
        device.writeTable(entry * 16, 4, address);
        device.writeTable(entry * 16 + 4, 4, address >>> 32);
        device.writeTable(entry * 16 + 8, 4, data);
        if (!masked) {
            device.writeTable(entry * 16 + 12, 4, 0);
        }
    }

    private static String entry(MsixTable device, int entry) {
        ByteBuffer table = ByteBuffer.allocate(device.tableBytes());
        device.copyTableTo(table);
        StringBuilder text = new StringBuilder();
        for (int dword = 0; dword < 4; dword++) {
            text.append(dword == 0 ? "" : " ")
                    .append(HexFormat.of()
                            .formatHex(table.array(), entry * 16 + dword * 4, entry * 16 + dword * 4 + 4));
        }
        return text.toString();
    }
}
