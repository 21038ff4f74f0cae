// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.untorn.msi.MsiCapability.Layout;

/** The rows are what kernels left in the registers of devices: capabilities.msi, which says where it is from. */
class CapabilityDumpTest {
    private static final Pattern FIELD = Pattern.compile("(\\w+)[=@]([0-9a-f]+)");

    /** A capability, with the entries of its table that were in use. */
    record Dump(String name, Map<String, Long> fields, List<Map<String, Long>> entries) {
        boolean isMsix() {
            return name.contains("MSI-X");
        }

        int get(String field) {
            return fields.getOrDefault(field, 0L).intValue();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final Sent sent = new Sent();

    static Stream<Dump> msi() {
        return dumps().stream().filter(dump -> !dump.isMsix());
    }

    static Stream<Dump> msix() {
        return dumps().stream().filter(Dump::isMsix);
    }

    @Test
    void dumps_areAllRead() {
        assertEquals(14, msi().count());
        assertEquals(7, msix().count());
        assertEquals(23, msix().mapToInt(dump -> dump.entries.size()).sum());
    }

    @ParameterizedTest
    @MethodSource("msi")
    void msi_programmedAsTheKernelDid_isByteForByteTheDevices(Dump dump) {
        int flags = dump.get("ctl");
        boolean maskable = dump.get("maskbit") == 1;
        boolean is64 = dump.get("64bit") == 1;
        Layout layout = is64
                ? maskable ? Layout.ADDRESS_64_MASKABLE : Layout.ADDRESS_64
                : maskable ? Layout.ADDRESS_32_MASKABLE : Layout.ADDRESS_32;
        MsiCapability capability = new MsiCapability(dump.get("multi_cap"), layout, 0, sent);
        capability.write(2, 2, flags & ~1);
        MsiCapabilityTest.program(capability, layout, address(dump.fields), dump.get("data"));
        if (maskable) {
            capability.write(MsiCapabilityTest.dataOffset(layout) + 4, 4, dump.get("mask"));
        }
        capability.write(2, 2, flags);

        ByteBuffer expected = ByteBuffer.allocate(layout.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        expected.putShort((short) 0x0005).putShort((short) flags).putInt(dump.get("addr_lo"));
        if (is64) {
            expected.putInt(dump.get("addr_hi"));
        }
        expected.putShort((short) dump.get("data"));
        if (maskable) {
            expected.putShort((short) 0).putInt(dump.get("mask")).putInt(dump.get("pending"));
        }
        assertEquals(0, expected.remaining());
        assertEquals(HexFormat.of().formatHex(expected.array()), MsiCapabilityTest.bytes(capability));
        assertEquals(dump.get("multi_en"), 1 << (capability.read(2, 2) >>> 4 & 7));

        boolean enabled = dump.get("enable") == 1;
        assertEquals(enabled ? EventResult.SENT : EventResult.DISABLED, capability.event(0));
        assertEquals(enabled ? List.of(Sent.text(address(dump.fields), dump.get("data"))) : List.of(), sent.take());
        if (enabled) {
            assertFalse(new MsiMessage(address(dump.fields), dump.get("data")).isUnprogrammed());
        }
    }

    @ParameterizedTest
    @MethodSource("msix")
    void msix_programmedAsTheKernelDid_isByteForByteTheDevices(Dump dump) {
        int flags = dump.get("ctl");
        MsixTable device = new MsixTable(
                dump.get("size"),
                0,
                dump.get("off") | dump.get("bir"),
                dump.get("pba_off") | dump.get("pba_bir"),
                sent);
        device.write(2, 2, flags | 1 << 14); // enabled, the function masked: how Linux begins
        ByteBuffer table = ByteBuffer.allocate(device.tableBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int entry = 0; entry < device.messages(); entry++) {
            table.putInt(entry * 16 + 12, 1);
        }
        for (int entry = 0; entry < dump.entries.size(); entry++) {
            Map<String, Long> fields = dump.entries.get(entry);
            boolean masked = fields.get("ctrl") == 1;
            MsixTableTest.program(
                    device, entry, address(fields), fields.get("data").intValue(), masked);
            table.putInt(entry * 16, fields.get("addr_lo").intValue())
                    .putInt(entry * 16 + 4, fields.get("addr_hi").intValue())
                    .putInt(entry * 16 + 8, fields.get("data").intValue())
                    .putInt(entry * 16 + 12, fields.get("ctrl").intValue());
        }
        device.write(2, 2, flags);

        ByteBuffer expected = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        expected.putShort((short) 0x0011).putShort((short) flags);
        expected.putInt(dump.get("off") | dump.get("bir")).putInt(dump.get("pba_off") | dump.get("pba_bir"));
        assertEquals(HexFormat.of().formatHex(expected.array()), MsiCapabilityTest.bytes(device));
        assertEquals(dump.get("size"), (device.read(2, 2) & 0x7ff) + 1);
        ByteBuffer copy = ByteBuffer.allocate(device.tableBytes());
        device.copyTableTo(copy);
        assertEquals(HexFormat.of().formatHex(table.array()), HexFormat.of().formatHex(copy.array()));

        for (int entry = 0; entry < dump.entries.size(); entry++) {
            Map<String, Long> fields = dump.entries.get(entry);
            String message = Sent.text(address(fields), fields.get("data").intValue());
            boolean masked = fields.get("ctrl") == 1; // managed, shut down with its CPU
            assertEquals(masked ? EventResult.PENDING : EventResult.SENT, device.event(entry));
            assertEquals(masked ? 1L << entry : 0L, device.readPending(0, 8));
            device.writeTable(entry * 16 + 12, 4, 0);
            assertEquals(List.of(message), sent.take());
        }
    }

    private static long address(Map<String, Long> fields) {
        return fields.getOrDefault("addr_hi", 0L) << 32 | fields.get("addr_lo");
    }

    private static List<Dump> dumps() {
        List<Dump> dumps = new ArrayList<>();
        Map<String, Map<String, Long>> pendingArrays = new HashMap<>();
        String from = "";
        for (String line : lines()) {
            String[] words = line.strip().split(" ");
            if (line.startsWith("##")) {
                from = words[1];
            } else if (line.startsWith("pba")) {
                pendingArrays.put(words[1], fields(line, 16));
            } else if (line.startsWith("/sys")) {
                String device = words[0].substring(words[0].lastIndexOf('/') + 1);
                Map<String, Long> fields = fields(line, 16);
                if (words[1].equals("MSI-X")) {
                    fields.put("size", fields(line, 10).get("size"));
                    pendingArrays.get(device).forEach((name, value) -> fields.put("pba_" + name, value));
                } else {
                    fields.put("multi_cap", fields(line, 10).get("multi_cap"));
                    fields.put("multi_en", fields(line, 10).get("multi_en"));
                }
                dumps.add(new Dump(from + " " + device + " " + words[1], fields, new ArrayList<>()));
            } else if (words[0].equals("entry")) {
                List<Map<String, Long>> entries = dumps.get(dumps.size() - 1).entries;
                assertEquals(entries.size(), Integer.parseInt(words[1]), line);
                entries.add(fields(line, 16));
            }
        }
        return dumps;
    }

    private static Map<String, Long> fields(String line, int radix) {
        Map<String, Long> fields = new HashMap<>();
        for (Matcher field = FIELD.matcher(line); field.find(); ) {
            if (radix == 16 || field.group(2).matches("[0-9]+")) {
                fields.put(field.group(1), Long.parseLong(field.group(2), radix));
            }
        }
        return fields;
    }

    private static List<String> lines() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                CapabilityDumpTest.class.getResourceAsStream("capabilities.msi"), StandardCharsets.UTF_8))) {
            return reader.lines().collect(Collectors.toList());
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
