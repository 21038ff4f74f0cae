// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.FieldLayout;
import org.untorn.msi.PairedRegister;

/** What shares a cache line with what, as this JVM lays it out; here, since JOL reads offsets through Unsafe. */
class IrqLayoutTest {
    private static final int LINE = 64;
    private static final List<String> RAISERS_READ = List.of("register", "pending", "counts", "control");
    private static final List<String> OWNERS_WRITE = List.of("state", "runs");

    private final ClassLayout irq = ClassLayout.parseClass(Irq.class);

    @Test
    void irq_whatRaisersRead_isALineAwayFromWhatOwnersWrite() {
        int pairs = 0;
        for (String read : RAISERS_READ) {
            for (String written : OWNERS_WRITE) {
                long distance = offset(written) - offset(read);
                assertTrue(
                        distance >= LINE, () -> read + " and " + written + ": " + distance + "\n" + irq.toPrintable());
                pairs++;
            }
        }
        assertEquals(8, pairs);
    }

    /** The object before this one may be another interrupt, which ends with what owners write. */
    @Test
    void irq_whatRaisersRead_isALineAwayFromTheObjectBefore() {
        for (String read : RAISERS_READ) {
            assertTrue(offset(read) >= LINE - 8, irq::toPrintable);
        }
    }

    @Test
    void irq_withItsRegister_takesAtMost256Bytes() {
        long bytes = irq.instanceSize()
                + ClassLayout.parseClass(PairedRegister.class).instanceSize();
        System.out.println("an interrupt without its handler and mask: " + bytes + " bytes");
        assertTrue(bytes <= 256, "bytes=" + bytes);
    }

    private long offset(String name) {
        return irq.fields().stream()
                .filter(field -> field.name().equals(name))
                .mapToLong(FieldLayout::offset)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no field " + name + " in\n" + irq.toPrintable()));
    }
}
