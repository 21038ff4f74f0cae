// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import java.util.BitSet;

/**
 * Linux's {@code kernel/irq/matrix.c}, statement by statement, for one thread: what {@link VectorMatrix} is compared with.
 *
 * <p>Where the kernel would BUG or WARN this model is not called: {@link VectorMatrixModelTest} expects an exception there.
 */
final class SequentialMatrix {
    /** The kernel's struct cpumap. */
    static final class CpuMap {
        int available;
        int allocated;
        int managed;
        int managedAllocated;
        boolean initialized;
        boolean online;
        final BitSet allocMap = new BitSet();
        final BitSet managedMap = new BitSet();
    }

    final boolean kernel; // false: the corrections of Accounting.CORRECTED
    final int allocStart;
    final int allocEnd;
    final int allocSize;
    final CpuMap[] maps;
    final BitSet systemMap = new BitSet();
    int globalAvailable;
    int globalReserved;
    int systembitsInalloc;
    int totalAllocated;
    int onlineMaps;

    SequentialMatrix(int cpus, VectorLayout layout, boolean kernel) {
        this.kernel = kernel;
        allocStart = layout.start();
        allocEnd = layout.end();
        allocSize = allocEnd - allocStart;
        maps = new CpuMap[cpus];
        for (int cpu = 0; cpu < cpus; cpu++) {
            maps[cpu] = new CpuMap();
        }
        for (int vector = 0; vector < VectorLayout.VECTORS; vector++) {
            if (layout.isSystem(vector)) {
                assignSystem(vector, false, 0);
            }
        }
    }

    void online(int cpu) {
        CpuMap cm = maps[cpu];
        if (!cm.initialized) {
            cm.available = allocSize - (cm.managed + systembitsInalloc);
            cm.initialized = true;
        }
        globalAvailable += cm.available;
        cm.online = true;
        onlineMaps++;
    }

    void offline(int cpu) {
        CpuMap cm = maps[cpu];
        globalAvailable -= cm.available;
        cm.online = false;
        onlineMaps--;
    }

    void assignSystem(int bit, boolean replace, int local) {
        systemMap.set(bit);
        if (replace) {
            maps[local].allocMap.clear(bit);
            maps[local].allocated--;
            totalAllocated--;
        }
        if (bit >= allocStart && bit < allocEnd) {
            systembitsInalloc++;
            for (int cpu = 0; !kernel && cpu < maps.length; cpu++) {
                if (maps[cpu].initialized && !(replace && cpu == local)) {
                    maps[cpu].available--;
                }
            }
        }
    }

    int reserveManaged(CpuMask mask) {
        for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1)) {
            CpuMap cm = maps[cpu];
            int bit = findFree(cm);
            if (bit < 0) {
                for (int done = mask.next(0); done < cpu; done = mask.next(done + 1)) {
                    if (kernel) {
                        removeManaged(CpuMask.of(done));
                    } else {
                        undo(done);
                    }
                }
                return VectorMatrix.NO_VECTOR;
            }
            maps[cpu].managedMap.set(bit);
            cm.managed++;
            changeAvailable(cm, -1);
            last[cpu] = bit;
        }
        return 0;
    }

    private final int[] last = new int[1 << 13]; // the corrected roll-back clears the very bit that was set

    private void undo(int cpu) {
        maps[cpu].managedMap.clear(last[cpu]);
        maps[cpu].managed--;
        changeAvailable(maps[cpu], 1);
    }

    void removeManaged(CpuMask mask) {
        for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1)) {
            CpuMap cm = maps[cpu];
            cm.managedMap.clear(findReserved(cm));
            cm.managed--;
            changeAvailable(cm, 1);
        }
    }

    private void changeAvailable(CpuMap cm, int by) {
        if (cm.online) {
            cm.available += by;
            globalAvailable += by;
        } else if (!kernel && cm.initialized) {
            cm.available += by;
        }
    }

    int allocManaged(CpuMask mask) {
        if (mask.isEmpty()) {
            return VectorMatrix.EMPTY_MASK;
        }
        int best = -1;
        int allocated = Integer.MAX_VALUE;
        for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1)) {
            if (maps[cpu].online && maps[cpu].managedAllocated <= allocated) {
                best = cpu;
                allocated = maps[cpu].managedAllocated;
            }
        }
        int bit = best < 0 ? -1 : findReserved(maps[best]);
        if (bit < 0) {
            return VectorMatrix.NO_VECTOR;
        }
        maps[best].allocMap.set(bit);
        maps[best].allocated++;
        maps[best].managedAllocated++;
        totalAllocated++;
        return best << 8 | bit;
    }

    void assign(int cpu, int bit) {
        maps[cpu].allocMap.set(bit);
        maps[cpu].allocated++;
        totalAllocated++;
        maps[cpu].available--;
        globalAvailable--;
    }

    int alloc(CpuMask mask, boolean reserved) {
        if (mask.isEmpty()) {
            return VectorMatrix.EMPTY_MASK;
        }
        int best = -1;
        int most = 0;
        for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1)) {
            if (maps[cpu].online && Integer.compareUnsigned(maps[cpu].available, most) > 0) {
                best = cpu;
                most = maps[cpu].available;
            }
        }
        int bit = best < 0 ? -1 : findFree(maps[best]);
        if (bit < 0) {
            return VectorMatrix.NO_VECTOR;
        }
        CpuMap cm = maps[best];
        cm.allocMap.set(bit);
        cm.allocated++;
        cm.available--;
        totalAllocated++;
        globalAvailable--;
        if (reserved) {
            globalReserved--;
        }
        return best << 8 | bit;
    }

    void free(int cpu, int bit, boolean managed) {
        CpuMap cm = maps[cpu];
        cm.allocMap.clear(bit);
        cm.allocated--;
        if (managed) {
            cm.managedAllocated--;
        }
        if (cm.online || !kernel) {
            totalAllocated--;
        }
        if (!managed) {
            cm.available++;
            if (cm.online) {
                globalAvailable++;
            }
        }
    }

    boolean isFree(int cpu, int bit) {
        return bit >= allocStart
                && bit < allocEnd
                && !systemMap.get(bit)
                && !maps[cpu].managedMap.get(bit)
                && !maps[cpu].allocMap.get(bit);
    }

    int findFree(CpuMap cm) {
        for (int bit = allocStart; bit < allocEnd; bit++) {
            if (!systemMap.get(bit) && !cm.managedMap.get(bit) && !cm.allocMap.get(bit)) {
                return bit;
            }
        }
        return -1;
    }

    int findReserved(CpuMap cm) {
        for (int bit = 0; bit < allocEnd; bit++) {
            if (cm.managedMap.get(bit) && !cm.allocMap.get(bit)) {
                return bit;
            }
        }
        return -1;
    }
}
