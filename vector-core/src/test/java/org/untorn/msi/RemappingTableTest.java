// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.untorn.msi.MsiCapability.Layout;
import org.untorn.msi.RemappingTable.Entry;

class RemappingTableTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "63, 1", "64, 2", "65, 8", "1000, 16", "65536, 1"})
    void allocate_untilFull_givesEachHandleOnce(int size, int stride) {
        RemappingTable table = new RemappingTable(size, stride);
        Set<Integer> handles = new HashSet<>();
        List<Entry> entries = new ArrayList<>();
        for (int count = 0; count < size; count++) {
            assertEquals(count, table.allocated());
            Entry entry = table.allocate();
            assertTrue(handles.add(entry.handle()) && entry.handle() < size);
            assertEquals(0, MessageRegister.vector(entry.read()), "not present");
            entry.compareAndSet(entry.read(), count & 0x7fff, 32);
            entries.add(entry);
        }
        assertNull(table.allocate());
        assertEquals(size, table.allocated());
        for (int count = 0; count < size; count++) {
            Entry entry = entries.get(count);
            assertEquals(entry.read(), table.read(entry.handle()));
            assertEquals(MsiMessage.of(count & 0x7fff, 32), entry.message(), "no two share a word");
        }
        assertTrue(entries.get(size / 2).free());
        assertEquals(entries.get(size / 2).handle(), table.allocate().handle());
        assertNull(table.allocate());
    }

    @Test
    void entry_movedThereAndBack_hasANewStampAndTheSameDeviceMessage() {
        Entry entry = new RemappingTable(4).allocate();
        assertEquals(MsiMessage.remappable(entry.handle()), entry.deviceMessage());
        assertTrue(entry.message().isUnprogrammed());
        long reading = entry.read();
        assertTrue(entry.compareAndSet(reading, 4, 0x2a));
        assertFalse(entry.compareAndSet(reading, 1, 0x23), "written since the reading");
        assertEquals(MsiMessage.of(4, 0x2a), entry.message());
        long here = entry.read();
        assertTrue(entry.isCurrent(here));
        assertEquals(4, MessageRegister.destination(here));
        assertEquals(0x2a, MessageRegister.vector(here));
        assertTrue(entry.compareAndSet(here, 1, 0x23) && entry.compareAndSet(entry.read(), 4, 0x2a));
        assertFalse(entry.isCurrent(here), "a check by value would have missed the round trip");
        long last = entry.read();
        assertEquals(last, entry.unprogram());
        assertEquals(0, MessageRegister.vector(entry.read()));
        assertFalse(entry.isCurrent(last));
    }

    @Test
    void entry_afterItWasFreed_isNotPresentAndCannotTouchTheNextTenants() {
        RemappingTable table = new RemappingTable(1);
        Entry entry = table.allocate();
        long empty = entry.read();
        entry.compareAndSet(empty, 1, 0x31);
        long reading = entry.read();
        assertTrue(entry.free());
        assertFalse(entry.free());
        assertEquals(0, table.allocated());
        Entry next = table.allocate();
        assertEquals(0, MessageRegister.vector(table.read(0)));
        assertFalse(entry.compareAndSet(table.read(0), 2, 0x42), "it has read the next tenant's word");
        assertFalse(entry.compareAndSet(reading, 2, 0x42));
        next.compareAndSet(next.read(), 1, 0x31);
        long nextReading = next.read();
        assertFalse(entry.isCurrent(reading), "the same message, of another tenant");
        assertEquals(0L, entry.read());
        assertEquals(0L, entry.unprogram());
        assertFalse(entry.free());
        assertTrue(next.isCurrent(nextReading));
        assertTrue(table.isCurrent(0, nextReading));
        assertTrue(entry.toString().contains("freed"), entry.toString());
        assertEquals("size=1 allocated=1", table.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"ADDRESS_64", "ADDRESS_64_MASKABLE"})
    void device_withAConstantMessage_isMovedByOneWordMaskedOrNot(Layout layout) {
        RemappingTable table = new RemappingTable(0x10000);
        while (table.allocated() < 0x8001) {
            table.allocate();
        }
        Entry entry = table.allocate(); // a handle with bit 15
        assertEquals(0x8001, entry.handle());
        List<String> delivered = new ArrayList<>();
        MsiCapability device = new MsiCapability(1, layout, 0, (address, data) -> {
            long reading = table.read(new MsiMessage(address, data).handle());
            delivered.add(MessageRegister.destination(reading) + ":" + MessageRegister.vector(reading));
        });
        MsiMessage message = entry.deviceMessage();
        MsiCapabilityTest.program(device, layout, message.address(), message.data());
        device.write(2, 2, 1);
        entry.compareAndSet(entry.read(), 4, 0x2a);
        device.event(0);
        entry.compareAndSet(entry.read(), 1, 0x23);
        device.event(0);
        if (layout == Layout.ADDRESS_64_MASKABLE) {
            device.write(0x10, 4, 1);
            device.event(0);
            entry.compareAndSet(entry.read(), 3, 0x33);
            device.write(0x10, 4, 0);
            assertEquals(List.of("4:42", "1:35", "3:51"), delivered);
        } else {
            assertEquals(List.of("4:42", "1:35"), delivered);
        }
    }

    @Test
    void arguments_outOfRange_areRefusedByName() {
        assertEquals("size=0, minimum=1, maximum=65536", refused(() -> new RemappingTable(0)));
        assertEquals("size=65537, minimum=1, maximum=65536", refused(() -> new RemappingTable(65537)));
        assertTrue(refused(() -> new RemappingTable(1, 3)).startsWith("strideLongs=3"));
        assertTrue(refused(() -> new RemappingTable(1, 32)).startsWith("strideLongs=32"));
        RemappingTable table = new RemappingTable(65);
        assertEquals("handle=65, limit=65", refused(() -> table.read(65)));
        assertEquals("handle=-1, limit=65", refused(() -> table.isCurrent(-1, 0L)));
        Entry entry = table.allocate();
        assertTrue(refused(() -> entry.compareAndSet(0L, 32768, 32)).startsWith("destination=32768"));
        assertTrue(refused(() -> entry.compareAndSet(0L, 0, 15)).startsWith("vector=15"));
        assertEquals(0L, entry.read());
    }

    @Test
    void raise_whileTheEntryIsMoved_isNeverLostNorTorn() throws InterruptedException {
        MoveRounds rounds = new MoveRounds();
        Entry entry = new RemappingTable(1).allocate();
        entry.compareAndSet(entry.read(), MoveRounds.CPU[0], MoveRounds.VECTOR[0]);
        rounds.run(
                1,
                () -> {
                    long reading;
                    do {
                        reading = entry.read();
                        rounds.arrive(MessageRegister.destination(reading), MessageRegister.vector(reading));
                    } while (!entry.isCurrent(reading));
                },
                (cpu, vector) -> assertTrue(entry.compareAndSet(entry.read(), cpu, vector)),
                Duration.ofMillis(500),
                () -> false);
        assertEquals(0, rounds.lost, "lost of " + rounds.rounds);
        assertEquals(0, rounds.torn());
        assertEquals(0, rounds.unpublished());
    }

    /** Tenants come and go on few handles; who holds on to an entry it has freed never sees or touches another's. */
    @Test
    void tenants_thatComeAndGo_neverShareAHandle() throws InterruptedException {
        RemappingTable table = new RemappingTable(3);
        AtomicIntegerArray holders = new AtomicIntegerArray(3);
        AtomicReference<Entry> shared = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(800);
        List<Thread> threads = new ArrayList<>();
        for (int id = 0; id < 2; id++) {
            int cpu = 100 + id;
            threads.add(thread(failure, () -> {
                while (System.nanoTime() < end && failure.get() == null) {
                    Entry entry = table.allocate();
                    assertNotNull(entry, "two tenants, three handles");
                    assertEquals(0, holders.getAndIncrement(entry.handle()));
                    assertEquals(0, MessageRegister.vector(entry.read()));
                    assertTrue(entry.compareAndSet(entry.read(), cpu, 33 + entry.handle()));
                    if (cpu == 100) {
                        shared.set(entry);
                    }
                    long reading = entry.read();
                    assertEquals(cpu, MessageRegister.destination(reading));
                    assertEquals(33 + entry.handle(), MessageRegister.vector(reading));
                    assertTrue(entry.isCurrent(reading), "nobody else writes it");
                    assertEquals(1, holders.getAndDecrement(entry.handle()));
                    assertTrue(entry.free());
                }
            }));
        }
        threads.add(thread(failure, () -> {
            while (System.nanoTime() < end && failure.get() == null) {
                Entry entry = shared.get();
                if (entry != null) {
                    long reading = entry.read();
                    assertTrue(
                            MessageRegister.vector(reading) == 0 || MessageRegister.destination(reading) == 100,
                            () -> "the next tenant's: " + MessageRegister.destination(reading));
                }
            }
        }));
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(30));
            assertFalse(thread.isAlive());
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        assertEquals(0, table.allocated());
    }

    private static Thread thread(AtomicReference<Throwable> failure, Runnable body) {
        Thread thread = new Thread(() -> {
            try {
                body.run();
            } catch (Throwable thrown) {
                failure.compareAndSet(null, thrown);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static String refused(Runnable action) {
        return assertThrows(RuntimeException.class, action::run).getMessage();
    }
}
