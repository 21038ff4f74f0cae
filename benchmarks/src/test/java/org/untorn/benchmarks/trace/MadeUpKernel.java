// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.untorn.matrix.VectorMatrix;

/**
 * Writes the log of a machine that no run here shows: other numbers of CPUs, another range, no vectors left.
 *
 * <p>Its matrix is ours, so its logs say nothing of the matrix's decisions; they show that every form of a log is read.
 */
final class MadeUpKernel {
    private record Owned(int cpu, int vector, boolean managed) {}

    private final Random random;
    private final int cpus;
    private final String flags;
    private final VectorMatrix matrix;
    private final List<Owned> owned = new ArrayList<>();
    private final List<Integer> reservations = new ArrayList<>(); // CPUs with a managed vector
    private final StringBuilder text = new StringBuilder();
    private boolean probes; // they come after the first operations
    private boolean returns; // and these later still
    private long stamp;
    int refused;
    int unplugged;

    MadeUpKernel(long seed, int cpus, int end, String flags) {
        random = new Random(seed);
        this.cpus = cpus;
        this.flags = flags;
        matrix = Vectors.matrix(end, VectorMatrix.Accounting.KERNEL);
    }

    String run(int operations) {
        for (int vector : new int[] {14, 34, 240}) {
            matrix.assignSystem(vector, false);
            event(0, "irq_matrix_assign_system", "bit=" + vector + " " + globals());
        }
        for (int cpu = 0; cpu < cpus; cpu++) {
            online(cpu);
        }
        for (int i = 0; i < operations; i++) {
            probes = i > 10;
            returns = i > 60;
            operate(column());
        }
        return text.toString();
    }

    private void operate(int column) {
        switch (random.nextInt(14)) {
            case 0 -> {
                matrix.reserve();
                event(column, "irq_matrix_reserve", globals());
            }
            case 1 -> removeReserved(column);
            case 2 -> reserveManaged(column);
            case 3 -> removeManaged(column);
            case 4, 5 -> allocateManaged(column, mask());
            case 6, 7, 8 -> free(column, random.nextInt(1 + owned.size()), true);
            case 9 -> hotplug(column);
            default -> allocate(column, mask(), true);
        }
    }

    private void allocate(int column, long mask, boolean traced) {
        boolean reserved = matrix.globalReserved() > 0 && random.nextBoolean();
        probe(column, "k_alloc", "msk=0x" + Long.toHexString(mask) + " reserved=" + (reserved ? 1 : 0));
        ended(column, "", matrix.allocate(Vectors.mask(mask), reserved), reserved, traced);
    }

    private void allocateManaged(int column, long mask) {
        probe(column, "k_allocm", "msk=0x" + Long.toHexString(mask));
        ended(column, "managed", matrix.allocateManaged(Vectors.mask(mask)), false, true);
    }

    private void ended(int column, String managed, int slot, boolean reserved, boolean traced) {
        String suffix = managed.isEmpty() ? "" : "_managed";
        int cpu = VectorMatrix.cpuOf(slot);
        int vector = VectorMatrix.vectorOf(slot);
        if (slot >= 0) {
            owned.add(new Owned(cpu, vector, !managed.isEmpty()));
            if (traced) {
                event(column, "irq_matrix_alloc" + suffix, "bit=" + vector + " " + counters(cpu));
            }
        } else {
            refused++;
        }
        if (returns || !traced) {
            event(column, managed.isEmpty() ? "k_alloc_ret" : "k_allocm_ret", "ret=" + (slot < 0 ? slot : vector));
        }
        if (traced) {
            String what = managed.isEmpty() ? " reserved=" + (reserved ? 1 : 0) : "";
            event(column, "vector_alloc" + suffix, "irq=9 vector=0" + what + " ret=" + Math.min(slot, 0));
        }
        if (slot >= 0 && probes) {
            event(column, "k_updvec", "irq=9 vector=" + vector + " cpu=" + cpu);
        }
    }

    private void free(int column, int index, boolean traced) {
        if (index < owned.size()) {
            Owned slot = owned.remove(index);
            probe(
                    column,
                    "k_free",
                    "cpu=" + slot.cpu() + " bit=" + slot.vector() + " managed=" + (slot.managed() ? 1 : 0));
            matrix.free(slot.cpu(), slot.vector(), slot.managed());
            if (traced) {
                event(column, "irq_matrix_free", "bit=" + slot.vector() + " " + counters(slot.cpu()));
            }
        }
    }

    private void removeReserved(int column) {
        if (matrix.globalReserved() > 0) {
            matrix.removeReserved();
            event(column, "irq_matrix_remove_reserved", globals());
        }
    }

    private void reserveManaged(int column) {
        long mask = mask();
        probe(column, "k_resvm", "msk=0x" + Long.toHexString(mask));
        List<Integer> done = new ArrayList<>();
        int result = 0;
        for (long rest = mask; rest != 0 && result == 0; rest &= rest - 1) {
            int cpu = Long.numberOfTrailingZeros(rest);
            String before = Vectors.where(v -> matrix.isManaged(cpu, v)).toString();
            result = matrix.reserveManaged(Vectors.mask(1L << cpu));
            if (result == 0) {
                int bit = Vectors.where(v -> matrix.isManaged(cpu, v) && !before.matches(".*\\b" + v + "\\b.*"))
                        .nextSetBit(0);
                event(column, "irq_matrix_reserve_managed", "bit=" + bit + " " + counters(cpu));
                done.add(cpu);
            }
        }
        if (result == 0) {
            reservations.addAll(done);
        } else {
            refused++;
            done.forEach(cpu -> removeManaged(column, cpu));
        }
        if (returns) {
            event(column, "k_resvm_ret", "ret=" + result);
        }
    }

    private void removeManaged(int column) {
        int index = random.nextInt(1 + reservations.size());
        if (index < reservations.size()) {
            int cpu = reservations.get(index);
            if (matrix.managed(cpu) > matrix.managedAllocated(cpu)) {
                reservations.remove(index);
                removeManaged(column, cpu);
            }
        }
    }

    private void removeManaged(int column, int cpu) {
        int bit = Vectors.where(v -> matrix.isManaged(cpu, v) && !matrix.isAllocated(cpu, v))
                .nextSetBit(0);
        probe(column, "k_remm", "msk=0x" + Long.toHexString(1L << cpu));
        matrix.removeManaged(Vectors.mask(1L << cpu));
        event(column, "irq_matrix_remove_managed", "bit=" + bit + " " + counters(cpu));
    }

    private void hotplug(int column) {
        int cpu = random.nextInt(cpus);
        if (!matrix.isOnline(cpu)) {
            online(cpu);
        } else if (returns && matrix.onlineCpus() > 1) {
            event(cpu, "k_allocated_ret", "ret=" + matrix.movable(cpu));
            event(cpu, "k_avail_ret", "ret=" + matrix.availableElsewhere(cpu));
            boolean full = matrix.movable(cpu) > matrix.availableElsewhere(cpu);
            event(cpu, "k_canunplug_ret", "ret=" + (full ? VectorMatrix.NO_VECTOR : 0));
            if (full) {
                unplugged++;
            } else {
                offline(cpu);
            }
        }
    }

    private void offline(int cpu) {
        event(cpu, "k_fixup", "");
        for (int i = owned.size() - 1; i >= 0; i--) {
            if (owned.get(i).cpu() == cpu && !owned.get(i).managed()) {
                allocate(cpu, online() & ~(1L << cpu), false);
                free(cpu, i, false);
            }
        }
        matrix.offline(cpu);
        event(cpu, "k_lapic_offline", "");
    }

    private void online(int cpu) {
        matrix.online(cpu);
        event(cpu, "irq_matrix_online", globals());
    }

    private long online() {
        long mask = 0;
        for (int cpu = 0; cpu < cpus; cpu++) {
            mask |= matrix.isOnline(cpu) ? 1L << cpu : 0;
        }
        return mask;
    }

    private int column() {
        int cpu = random.nextInt(cpus);
        return matrix.isOnline(cpu) ? cpu : Long.numberOfTrailingZeros(online());
    }

    private long mask() {
        return probes ? random.nextLong() & (1L << cpus) - 1 : 1L << column();
    }

    private void probe(int column, String name, String fields) {
        if (probes) {
            event(column, name, fields);
        }
    }

    private String counters(int cpu) {
        return "cpu=" + cpu + " online=" + (matrix.isOnline(cpu) ? 1 : 0) + " avl=" + matrix.available(cpu) + " alloc="
                + matrix.allocated(cpu) + " managed=" + matrix.managed(cpu) + " " + globals();
    }

    private String globals() {
        return "online_maps=" + matrix.onlineCpus() + " global_avl=" + matrix.globalAvailable() + ", global_rsvd="
                + matrix.globalReserved() + ", total_alloc=" + matrix.totalAllocated();
    }

    private void event(int column, String name, String fields) {
        String probe = name.startsWith("k_") ? "(f+0x0/0x10) " : "";
        text.append(String.format(
                "  kworker/%d:1-%d     [%03d] %s %12d: %s: %s%s%n",
                column, 100 + column, column, flags, ++stamp, name, probe, fields));
    }
}
