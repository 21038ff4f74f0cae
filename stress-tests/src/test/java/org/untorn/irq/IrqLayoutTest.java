// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.FieldLayout;
import org.untorn.msi.RemappingTable;
import org.untorn.pending.PendingBitmap;

/**
 * What shares a cache line with what, as this JVM lays it out; here, since JOL reads offsets through Unsafe. Distances
 * within an object, not addresses: a collector may put any object beside any other.
 */
class IrqLayoutTest {
    private static final int LINE = 64;
    private static final int PAIR = 128; // what the prefetcher fetches at once
    private static final Set<String> RAISERS_READ = Set.of("register", "pending", "counts", "control");
    private static final Set<String> OWNERS_WRITE = Set.of("state", "runs");
    private static final int CPUS = 4;

    // what an interrupt refers to and does not have to itself
    private static final Set<String> SHARED = Set.of("domain", "name", "migration", "affinity", "handler", "pending");
    private static final long MAX_BYTES = 256;
    private static final long MAX_BYTES_OF_COUNTS = 336; // where the domain counts: STRIDE at both ends of 8 longs

    private final VectorDomain domain = VectorDomain.ofCpus(CPUS);

    // ---- two CPUs ----

    @Test
    void hotWordsOfACpu_shareNoPairOfLinesWithAnyOtherObject() throws ReflectiveOperationException {
        int arrays = 0;
        for (int cpu = 0; cpu < CPUS; cpu++) {
            for (Field field : Cpu.class.getDeclaredFields()) {
                if (field.getType() == PendingBitmap.class) {
                    PendingBitmap bitmap = (PendingBitmap) get(field, domain.cpu(cpu));
                    long[] words = (long[]) get(PendingBitmap.class.getDeclaredField("words"), bitmap);
                    assertTrue(bitmap.arm()); // the flag of a sleeper is as hot as the words
                    bitmap.raise(0);
                    bitmap.raise(bitmap.size() - 1);
                    assertTrue(isApart(words), () -> field + ": " + Arrays.toString(words));
                    arrays++;
                } else if (field.getType() == long[].class) {
                    long[] counters = (long[]) get(field, domain.cpu(cpu));
                    int first = constant("TAKEN");
                    counters[first] = 1;
                    counters[first + constant("COUNTERS") - 1] = 1;
                    assertTrue(isApart(counters), () -> field + ": " + Arrays.toString(counters));
                    arrays++;
                }
            }
        }
        assertEquals(4 * CPUS, arrays, "pending, leaving, wishes, counters");
    }

    @Test
    void wordsWithoutAStrideAtBothEnds_areSeenToShare() {
        assertFalse(isApart(new long[] {1, 1, 1, 1}));
        assertFalse(isApart(strided(16, 0)));
        assertFalse(isApart(strided(8, 16)));
        assertTrue(isApart(strided(16, 16)));
    }

    private static long[] strided(int before, int after) {
        long[] words = new long[before + 4 + after];
        Arrays.fill(words, before, before + 4, 1L);
        return words;
    }

    /** Whether no pair of lines that holds a word other than 0 reaches beyond the array, wherever it lies. */
    private static boolean isApart(long[] words) {
        int first = 0;
        while (words[first] == 0) {
            first++;
        }
        int last = words.length - 1;
        while (words[last] == 0) {
            last--;
        }
        ClassLayout layout = ClassLayout.parseInstance(words);
        long before = layout.headerSize() + (long) Long.BYTES * first;
        long after = layout.instanceSize() - layout.headerSize() - (long) Long.BYTES * (last + 1);
        return before >= PAIR - Long.BYTES && after >= PAIR - Long.BYTES;
    }

    // ---- an interrupt ----

    @Test
    void irq_whatRaisersRead_isALineAwayFromWhatOwnersWrite() {
        assertEquals(RAISERS_READ.size() * OWNERS_WRITE.size(), pairsApart(Irq.class));
    }

    @Test
    void fieldsOfOneRung_areSeenToShare() {
        assertEquals(0, pairsApart(Crowded.class));
    }

    /** A collector may put another interrupt before this one, and its own register behind it: both ends are free. */
    @Test
    void irq_whatRaisersReadOfOneObject_isALineAwayFromWhatOwnersWriteOfTheOneBefore() {
        assertTrue(room(Irq.class) >= LINE - Long.BYTES, "room=" + room(Irq.class));
        assertTrue(room(Crowded.class) < LINE - Long.BYTES, "this test sees nothing");
    }

    /** How many bytes there are behind the last of what owners write. */
    private static long room(Class<?> type) {
        long end = OWNERS_WRITE.stream()
                .mapToLong(
                        name -> field(type, name).offset() + field(type, name).size())
                .max()
                .orElseThrow();
        return ClassLayout.parseClass(type).instanceSize() - end;
    }

    @Test
    void owner_whatItWritesAtEveryPoll_isAPairOfLinesAwayFromTheObjectBehind() {
        Class<?> owner = Owner.current().getClass();
        for (String name : List.of("inside", "serving", "error")) {
            long room = ClassLayout.parseClass(owner).instanceSize()
                    - field(owner, name).offset();
            assertTrue(room >= PAIR, name + ": room=" + room);
            assertTrue(ClassLayout.parseClass(Owner.class).instanceSize()
                            - field(Owner.class, name).offset()
                    < PAIR);
        }
    }

    /** An interrupt laid out without care. */
    @SuppressWarnings("unused")
    private static final class Crowded {
        Object register;
        Object pending;
        Object counts;
        int control;
        int state;
        long runs;
    }

    private static int pairsApart(Class<?> type) {
        int pairs = 0;
        for (String read : RAISERS_READ) {
            for (String written : OWNERS_WRITE) {
                pairs += Math.abs(offset(type, written) - offset(type, read)) >= LINE ? 1 : 0;
            }
        }
        return pairs;
    }

    private static long offset(Class<?> type, String name) {
        return field(type, name).offset();
    }

    private static FieldLayout field(Class<?> type, String name) {
        ClassLayout layout = ClassLayout.parseClass(type);
        return layout.fields().stream()
                .filter(field -> field.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no field " + name + " in\n" + layout.toPrintable()));
    }

    // ---- what an interrupt weighs ----

    @ParameterizedTest
    @EnumSource
    void irq_withAllItHasToItself_takesAtMost256Bytes(Protocol protocol) throws ReflectiveOperationException {
        long bytes = bytes(open(domain, protocol));
        System.out.println("an interrupt moved by " + protocol + ": " + bytes + " bytes");
        assertTrue(bytes <= MAX_BYTES, "bytes=" + bytes);
    }

    @Test
    void irq_remapped_takesAtMost256Bytes() throws ReflectiveOperationException {
        RemappingTable table = new RemappingTable(64);
        long bytes = bytes(domain.irq(source -> {}).remapped(table).open().orElseThrow());
        System.out.println("an interrupt that is remapped: " + bytes + " bytes, and its entry of the table");
        assertTrue(bytes <= MAX_BYTES, "bytes=" + bytes);
    }

    @Test
    void irq_ofADomainThatCounts_hasItsCountersToo() throws ReflectiveOperationException {
        long without = bytes(open(domain, Protocol.STAMPED));
        long with = bytes(open(VectorDomain.builder(1).counting(true).build(), Protocol.STAMPED));
        System.out.println("an interrupt of a domain that counts: " + with + " bytes");
        assertTrue(with > without, "the counters are not seen: bytes=" + with);
        assertTrue(with - without <= MAX_BYTES_OF_COUNTS, "bytes=" + with);
    }

    private static Irq open(VectorDomain domain, Protocol protocol) {
        return domain.irq(source -> {}).protocol(protocol).open().orElseThrow();
    }

    /** The interrupt and every object that a field of it refers to, but those that it shares; they have none themselves. */
    private static long bytes(Irq irq) throws ReflectiveOperationException {
        long bytes = ClassLayout.parseInstance(irq).instanceSize();
        int shared = 0;
        for (Class<?> type = Irq.class; type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
                    continue;
                }
                if (SHARED.contains(field.getName())) {
                    shared++;
                } else if (get(field, irq) != null) {
                    bytes += ClassLayout.parseInstance(get(field, irq)).instanceSize();
                }
            }
        }
        assertEquals(SHARED.size(), shared, "a field of another name");
        return bytes;
    }

    private static Object get(Field field, Object of) throws IllegalAccessException {
        field.setAccessible(true);
        return field.get(of);
    }

    private static int constant(String name) throws ReflectiveOperationException {
        return (int) get(Cpu.class.getDeclaredField(name), null);
    }
}
