// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import java.util.List;

/**
 * The counters and maps of a matrix, as they were read one after the other: consistent if nothing changed meanwhile.
 *
 * @param onlineCpus how many CPUs are online
 * @param globalAvailable vectors free on them, as an unsigned number
 * @param globalReserved reservations without a vector
 * @param totalAllocated vectors taken
 * @param system the vectors that belong to the system, on every CPU
 * @param cpus those that are online, ascending
 */
public record MatrixSnapshot(
        int onlineCpus, int globalAvailable, int globalReserved, int totalAllocated, CpuMask system, List<Row> cpus) {
    /**
     * One CPU.
     *
     * @param cpu its index
     * @param available vectors free, as an unsigned number
     * @param managed vectors reserved for managed interrupts
     * @param managedAllocated how many of these are taken
     * @param allocated vectors taken, these included
     * @param vectors which, as a set of indexes
     */
    public record Row(int cpu, int available, int managed, int managedAllocated, int allocated, CpuMask vectors) {}

    /**
     * Makes one.
     *
     * @param onlineCpus how many CPUs are online
     * @param globalAvailable vectors free on them, as an unsigned number
     * @param globalReserved reservations without a vector
     * @param totalAllocated vectors taken
     * @param system the vectors that belong to the system, on every CPU
     * @param cpus those that are online, ascending; copied
     */
    public MatrixSnapshot {
        cpus = List.copyOf(cpus);
    }

    /**
     * The text of Linux's debugfs file {@code irq/domains/VECTOR}.
     *
     * @return its lines
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(String.format("Online bitmaps:   %6d\n", onlineCpus));
        text.append(String.format("Global available: %6s\n", Integer.toUnsignedString(globalAvailable)));
        text.append(String.format("Global reserved:  %6d\n", globalReserved));
        text.append(String.format("Total allocated:  %6d\n", totalAllocated));
        text.append(String.format("System: %d: %s\n", system.size(), system));
        text.append(" | CPU | avl | man | mac | act | vectors\n");
        for (Row row : cpus) {
            text.append(String.format(
                    "  %4d  %4s  %4d  %4d %4d  %s\n",
                    row.cpu,
                    Integer.toUnsignedString(row.available),
                    row.managed,
                    row.managedAllocated,
                    row.allocated,
                    row.vectors));
        }
        return text.toString();
    }
}
