// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.untorn.matrix.VectorMatrix.Accounting;

/**
 * Random operations from one thread: each decision, counter and map is that of {@link SequentialMatrix}.
 * {@code -Duntorn.model.divisor=N} makes N times fewer, for mutation testing.
 */
class VectorMatrixModelTest {
    private static final VectorLayout SMALL = VectorLayout.of(30, 71, 32, 40, 200); // full every few dozen operations

    private SequentialMatrix model;
    private VectorMatrix matrix;
    private Random random;
    private int cpus;
    private final int[] done = new int[Operation.values().length];

    private enum Operation {
        ALLOCATE,
        ALLOCATE_RESERVED,
        ALLOCATE_MANAGED,
        FREE,
        RESERVE_MANAGED,
        REMOVE_MANAGED,
        RESERVE,
        REMOVE_RESERVED,
        ASSIGN,
        ONLINE,
        OFFLINE,
        ASSIGN_SYSTEM
    }

    static Stream<Arguments> machines() {
        List<Arguments> machines = new ArrayList<>();
        for (Accounting accounting : Accounting.values()) {
            machines.add(Arguments.of(1, SMALL, accounting, 20_000));
            machines.add(Arguments.of(4, SMALL, accounting, 40_000));
            machines.add(Arguments.of(4, VectorLayout.X86_LINUX_6_1, accounting, 40_000));
            machines.add(Arguments.of(8, VectorLayout.X86_LINUX_6_12, accounting, 40_000));
            machines.add(Arguments.of(3, VectorLayout.of(0, 256), accounting, 40_000));
            machines.add(Arguments.of(70, SMALL, accounting, 40_000));
            machines.add(Arguments.of(300, SMALL, accounting, 60_000));
        }
        return machines.stream();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void operations_anyOrder_equalTheModel(int cpus, VectorLayout layout, Accounting accounting, int wanted) {
        int divisor = Integer.getInteger("untorn.model.divisor", 1);
        int steps = wanted / divisor;
        long seed = Long.getLong("untorn.seed", System.nanoTime());
        String run = "-Duntorn.seed=" + seed + " cpus=" + cpus + " layout=" + layout + " " + accounting;
        System.out.println("model: " + run);
        random = new Random(seed);
        this.cpus = cpus;
        model = new SequentialMatrix(cpus, layout, accounting == Accounting.KERNEL);
        matrix = new VectorMatrix(cpus, layout, accounting);
        boolean filling = true;
        for (int step = 0; step < steps; step++) {
            if (random.nextInt(500) == 0) {
                filling = !filling;
            }
            Operation operation = next(filling);
            String when = run + " step=" + step + " " + operation;
            step(operation, when);
            done[operation.ordinal()]++;
            boolean everything = step % 100 == 0 || step == steps - 1;
            if (cpus <= 8 || everything) {
                compare(when, everything);
            }
        }
        for (Operation operation : Operation.values()) {
            assertEquals(true, done[operation.ordinal()] > 0 || divisor > 1, run + " never did " + operation);
        }
    }

    private Operation next(boolean filling) {
        int dice = random.nextInt(100);
        if (dice < 70) {
            int kind = random.nextInt(filling ? 5 : 9);
            return switch (kind) {
                case 0, 1 -> Operation.ALLOCATE;
                case 2 -> Operation.ALLOCATE_MANAGED;
                case 3 -> Operation.ALLOCATE_RESERVED;
                default -> Operation.FREE;
            };
        }
        if (dice < 78) {
            return Operation.RESERVE_MANAGED;
        }
        if (dice < 84) {
            return Operation.REMOVE_MANAGED;
        }
        if (dice < 91) {
            return dice < 88 ? Operation.RESERVE : Operation.REMOVE_RESERVED;
        }
        if (dice < 94) {
            return Operation.ASSIGN;
        }
        int online = 60 * model.onlineMaps / cpus;
        return random.nextInt(200) == 0
                ? Operation.ASSIGN_SYSTEM
                : random.nextInt(60) >= online
                        ? Operation.ONLINE
                        : random.nextInt(4) == 0 ? Operation.OFFLINE : Operation.FREE;
    }

    private void step(Operation operation, String when) {
        int cpu = random.nextInt(cpus);
        int vector = random.nextInt(VectorLayout.VECTORS);
        switch (operation) {
            case ALLOCATE -> {
                CpuMask mask = mask();
                assertEquals(model.alloc(mask, false), matrix.allocate(mask, false), when);
            }
            case ALLOCATE_RESERVED -> {
                CpuMask mask = mask();
                if (model.globalReserved > 0 || mask.isEmpty()) {
                    assertEquals(model.alloc(mask, true), matrix.allocate(mask, true), when);
                } else {
                    assertThrows(IllegalStateException.class, () -> matrix.allocate(mask, true), when);
                }
            }
            case ALLOCATE_MANAGED -> {
                CpuMask mask = mask();
                assertEquals(model.allocManaged(mask), matrix.allocateManaged(mask), when);
            }
            case FREE -> free(cpu, vector, when);
            case RESERVE_MANAGED -> {
                CpuMask mask = mask();
                assertEquals(model.reserveManaged(mask), matrix.reserveManaged(mask), when);
            }
            case REMOVE_MANAGED -> removeManaged(when);
            case RESERVE -> {
                model.globalReserved++;
                matrix.reserve();
            }
            case REMOVE_RESERVED -> {
                if (model.globalReserved > 0) {
                    model.globalReserved--;
                    matrix.removeReserved();
                } else {
                    assertThrows(IllegalStateException.class, () -> matrix.removeReserved(), when);
                }
            }
            case ASSIGN -> {
                if (!model.isFree(cpu, vector)) {
                    assertThrows(RuntimeException.class, () -> matrix.assign(cpu, vector), when);
                } else if (!model.maps[cpu].online) {
                    assertThrows(IllegalStateException.class, () -> matrix.assign(cpu, vector), when);
                } else {
                    model.assign(cpu, vector);
                    matrix.assign(cpu, vector);
                }
            }
            case ONLINE -> {
                if (model.maps[cpu].online) {
                    assertThrows(IllegalStateException.class, () -> matrix.online(cpu), when);
                } else {
                    model.online(cpu);
                    matrix.online(cpu);
                }
            }
            case OFFLINE -> {
                if (model.maps[cpu].online) {
                    model.offline(cpu);
                    matrix.offline(cpu);
                } else {
                    assertThrows(IllegalStateException.class, () -> matrix.offline(cpu), when);
                }
            }
            case ASSIGN_SYSTEM -> assignSystem(vector, when);
        }
    }

    /** Nearly always a vector that is allocated, sometimes any other. */
    private void free(int cpu, int from, String when) {
        SequentialMatrix.CpuMap cm = model.maps[cpu];
        int next = cm.allocMap.nextSetBit(from);
        int vector = next < 0 || random.nextInt(50) == 0 ? from : next;
        boolean managed = cm.managedMap.get(vector) ^ random.nextInt(50) == 0;
        if (cm.allocMap.get(vector) && cm.managedMap.get(vector) == managed) {
            model.free(cpu, vector, managed);
            matrix.free(cpu, vector, managed);
        } else {
            assertThrows(RuntimeException.class, () -> matrix.free(cpu, vector, managed), when);
        }
    }

    private void removeManaged(String when) {
        CpuMask mask = mask();
        CpuMask without = CpuMask.of();
        for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1)) {
            if (model.findReserved(model.maps[cpu]) < 0) {
                without = without.or(CpuMask.of(cpu));
            }
        }
        if (!without.isEmpty()) {
            assertThrows(IllegalStateException.class, () -> matrix.removeManaged(mask), when);
        }
        CpuMask with = mask.andNot(without);
        model.removeManaged(with);
        matrix.removeManaged(with);
    }

    /** Rarely possible: with no CPU online, or one that has the vector allocated. All are taken offline for it. */
    private void assignSystem(int vector, String when) {
        boolean replace = random.nextBoolean();
        int local = replace ? random.nextInt(cpus) : -1;
        for (int cpu = 0; cpu < cpus; cpu++) {
            if (model.maps[cpu].online && cpu != local) {
                model.offline(cpu);
                matrix.offline(cpu);
            }
        }
        if (replace && !model.maps[local].online) {
            model.online(local);
            matrix.online(local);
        }
        boolean possible = !model.systemMap.get(vector);
        for (int cpu = 0; cpu < cpus; cpu++) {
            SequentialMatrix.CpuMap cm = model.maps[cpu];
            boolean allocated = cm.allocMap.get(vector) && !cm.managedMap.get(vector);
            boolean unused = !cm.allocMap.get(vector) && !cm.managedMap.get(vector);
            possible &= cpu == local ? allocated : unused;
        }
        if (possible && model.systemMap.cardinality() < 12) {
            model.assignSystem(vector, replace, local);
            matrix.assignSystem(vector, replace);
        } else if (!possible) {
            assertThrows(IllegalStateException.class, () -> matrix.assignSystem(vector, replace), when);
        }
    }

    private CpuMask mask() {
        return switch (random.nextInt(12)) {
            case 0 -> CpuMask.of();
            case 1, 2, 3 -> CpuMask.of(random.nextInt(cpus));
            case 4, 5 -> CpuMask.range(0, cpus);
            case 6 -> CpuMask.range(cpus / 2, cpus);
            case 7 -> everySecond();
            default -> anyMask();
        };
    }

    private CpuMask everySecond() {
        int[] second = new int[(cpus + 1) / 2];
        for (int i = 0; i < second.length; i++) {
            second[i] = 2 * i;
        }
        return CpuMask.of(second);
    }

    private CpuMask anyMask() {
        CpuMask mask = CpuMask.of();
        for (int word = 0; word < cpus; word += 32) {
            long bits = random.nextInt() & random.nextInt() & 0xffffffffL;
            mask = mask.or(CpuMask.parseHex(Long.toHexString(bits) + ",00000000".repeat(word / 32)));
        }
        return mask.and(CpuMask.range(0, cpus));
    }

    private void compare(String when, boolean maps) {
        assertEquals(model.onlineMaps, matrix.onlineCpus(), when);
        assertEquals(model.globalAvailable, matrix.globalAvailable(), when);
        assertEquals(model.globalReserved, matrix.globalReserved(), when);
        assertEquals(model.totalAllocated, matrix.totalAllocated(), when);
        for (int cpu = 0; cpu < cpus; cpu++) {
            SequentialMatrix.CpuMap cm = model.maps[cpu];
            assertEquals(cm.available, matrix.available(cpu), when);
            assertEquals(cm.allocated, matrix.allocated(cpu), when);
            assertEquals(cm.managed, matrix.managed(cpu), when);
            assertEquals(cm.managedAllocated, matrix.managedAllocated(cpu), when);
            assertEquals(cm.allocated - cm.managedAllocated, matrix.movable(cpu), when);
            assertEquals(model.globalAvailable - cm.available, matrix.availableElsewhere(cpu), when);
            assertEquals(cm.online, matrix.isOnline(cpu), when);
            assertEquals(cm.initialized, matrix.isInitialized(cpu), when);
            for (int vector = 0; maps && vector < VectorLayout.VECTORS; vector++) {
                assertEquals(cm.allocMap.get(vector), matrix.isAllocated(cpu, vector), when);
                assertEquals(cm.managedMap.get(vector), matrix.isManaged(cpu, vector), when);
                assertEquals(model.systemMap.get(vector), matrix.isSystem(vector), when);
            }
        }
    }
}
