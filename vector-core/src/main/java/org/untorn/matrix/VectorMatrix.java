// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Who owns which vector on which CPU.
 *
 * <p>Used from one thread it makes the decisions of Linux's {@code irq_matrix} and keeps its counters: a normal
 * allocation takes the lowest free vector of the online CPU of its mask with the most available ones, the lowest such
 * CPU; a managed allocation the lowest reserved vector of the online CPU with the fewest allocated managed ones, the
 * highest such CPU. Only that one CPU is tried.
 *
 * <p>Roles: any thread may call any method at any time. A vector belongs to whoever allocated it until that one frees it.
 *
 * <p>Progress: lock-free, by compareAndSet on one word per CPU; a suspended thread blocks nobody. The counters are
 * wait-free reads; those over all CPUs ({@link #onlineCpus}, {@link #globalAvailable}, {@link #totalAllocated}) are
 * sums over words read one after the other, exact when nothing changes meanwhile.
 *
 * <p>Memory: what precedes the free of a vector happens-before what follows the next allocation of it.
 *
 * <p>Errors: a refusal (empty mask, no vector) is a result; a CPU or vector out of range is an
 * {@link IndexOutOfBoundsException}, a wrong use (double free, free of a system vector) an exception that names the
 * value and what it broke. Then nothing has changed.
 *
 * <p>Source: {@code kernel/irq/matrix.c} of Linux 5.10 to 6.12.
 */
public final class VectorMatrix {
    /* Design: see the end of this comment block's sections.
     *
     * Overview. A CPU has a word of counters (CpuWord) and the states of its vectors (CpuTable).
     */

    /** How the counters are kept where Linux keeps them in a questionable way. */
    public enum Accounting {
        /**
         * As Linux does, quirks included: a vector reserved or removed while its CPU is offline does not change what
         * that CPU has available, so that the number drifts; a vector freed while its CPU is offline stays in
         * {@link #totalAllocated}; a reservation that fails half-way may change which vectors are reserved on the
         * CPUs before, though not how many.
         */
        KERNEL,
        /** As the maps say, always. */
        CORRECTED
    }

    /** What an allocation answers to a mask without CPUs: Linux's -EINVAL. */
    public static final int EMPTY_MASK = -22;

    /** What an allocation or reservation answers when there is no vector: Linux's -ENOSPC. */
    public static final int NO_VECTOR = -28;

    private static final int CPUS_MAX = 1 << 23; // a slot is a non-negative int
    private static final int SEEN_SHIFT = 24; // see collect

    private static final VarHandle RESERVED = ConstantBootstraps.fieldVarHandle(
                    MethodHandles.lookup(), "reserved", VarHandle.class, VectorMatrix.class, int.class)
            .withInvokeExactBehavior();
    private static final VarHandle STRANDED = ConstantBootstraps.fieldVarHandle(
                    MethodHandles.lookup(), "stranded", VarHandle.class, VectorMatrix.class, int.class)
            .withInvokeExactBehavior();
    private static final VarHandle SYSTEM =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final int cpus;
    private final VectorLayout layout;
    private final boolean kernel;
    private final CpuTable table;
    private final long[] system = new long[VectorLayout.VECTORS / 64]; // bits are only ever set
    private volatile int reserved; // global_reserved
    private volatile int stranded; // vectors freed while their CPU was offline; the kernel's total still counts them

    /**
     * A matrix with the kernel's accounting, all CPUs offline.
     *
     * @param cpus the number of CPUs, 1 to 2^23; they are 0 to {@code cpus - 1}
     * @param layout the vectors; its system vectors are taken on every CPU
     * @throws IllegalArgumentException if {@code cpus} is out of its limits
     */
    public VectorMatrix(int cpus, VectorLayout layout) {
        this(cpus, layout, Accounting.KERNEL);
    }

    /**
     * A matrix with all CPUs offline.
     *
     * @param cpus the number of CPUs, 1 to 2^23; they are 0 to {@code cpus - 1}
     * @param layout the vectors; its system vectors are taken on every CPU
     * @param accounting how the counters are kept
     * @throws IllegalArgumentException if {@code cpus} is out of its limits
     */
    public VectorMatrix(int cpus, VectorLayout layout, Accounting accounting) {
        if (cpus < 1 || cpus > CPUS_MAX) {
            throw new IllegalArgumentException("cpus=" + cpus + ", minimum=1, limit=" + CPUS_MAX);
        }
        this.cpus = cpus;
        this.layout = layout;
        kernel = accounting == Accounting.KERNEL;
        table = new CpuTable(cpus, layout);
        for (int vector = 0; vector < VectorLayout.VECTORS; vector++) {
            if (layout.isSystem(vector)) {
                system[vector >>> 6] |= 1L << vector;
            }
        }
    }

    /**
     * The CPU of an allocation's result.
     *
     * @param slot a result that is not negative
     * @return the CPU
     */
    public static int cpuOf(int slot) {
        return slot >>> 8;
    }

    /**
     * The vector of an allocation's result.
     *
     * @param slot a result that is not negative
     * @return the vector, 0 to 255
     */
    public static int vectorOf(int slot) {
        return slot & 0xff;
    }

    // ---- CPUs ----

    /**
     * Lets vectors of a CPU be allocated.
     *
     * @param cpu the CPU
     * @throws IndexOutOfBoundsException if there is no such CPU
     * @throws IllegalStateException if it is online
     */
    public void online(int cpu) {
        checkCpu(cpu);
        long word;
        do {
            word = table.word(cpu);
            if (CpuWord.isOnline(word)) {
                throw new IllegalStateException("cpu=" + cpu + " is online");
            }
        } while (!casWord(cpu, word, CpuWord.with(word, CpuWord.ONLINE | CpuWord.INITIALIZED, 0L)));
    }

    /**
     * Lets no more vectors of a CPU be allocated. Those that are stay so until they are freed; an allocation that took
     * its count before may still return a vector of it.
     *
     * @param cpu the CPU
     * @throws IndexOutOfBoundsException if there is no such CPU
     * @throws IllegalStateException if it is not online
     */
    public void offline(int cpu) {
        checkCpu(cpu);
        long word;
        do {
            word = table.word(cpu);
            if (!CpuWord.isOnline(word)) {
                throw new IllegalStateException("cpu=" + cpu + " is not online");
            }
        } while (!casWord(cpu, word, CpuWord.with(word, 0L, CpuWord.ONLINE)));
    }

    // ---- normal vectors ----

    /**
     * Takes a vector on one of the CPUs of a mask.
     *
     * @param mask the CPUs to choose from
     * @param reserved whether the vector was announced by {@link #reserve}; success uses one reservation up
     * @return the slot, for {@link #cpuOf} and {@link #vectorOf}; or {@link #EMPTY_MASK}; or {@link #NO_VECTOR}
     * @throws IndexOutOfBoundsException if the mask holds a CPU that does not exist
     * @throws IllegalStateException if {@code reserved} and nothing is
     */
    public int allocate(CpuMask mask, boolean reserved) {
        checkMask(mask);
        if (mask.isEmpty()) {
            return EMPTY_MASK;
        }
        if (!reserved) {
            return claim(mask, false);
        }
        removeReserved();
        int slot = claim(mask, false);
        if (slot < 0) {
            reserve();
        }
        return slot;
    }

    /**
     * Takes a certain vector of a CPU, as for a legacy interrupt that is wired to it.
     *
     * @param cpu the CPU, online
     * @param vector the vector, in the range and free
     * @throws IndexOutOfBoundsException if there is no such CPU or vector
     * @throws IllegalArgumentException if the vector is outside the range or a system vector
     * @throws IllegalStateException if the CPU is not online or the vector is not free
     */
    public void assign(int cpu, int vector) {
        checkCpu(cpu);
        checkAllocatable(vector);
        long word;
        do {
            word = table.word(cpu);
            if (!CpuWord.isOnline(word)) {
                throw new IllegalStateException("cpu=" + cpu + " is not online");
            }
            checkFree(cpu, vector, word);
        } while (!casWord(cpu, word, CpuWord.plus(word, -CpuWord.FREE)));
        if (!table.change(cpu, vector, CpuTable.FREE, CpuTable.ALLOCATED)) {
            add(cpu, CpuWord.FREE);
            checkFree(cpu, vector, 0L);
        }
    }

    /**
     * Gives a vector back.
     *
     * @param cpu its CPU, online or not
     * @param vector the vector
     * @param managed whether it came from {@link #allocateManaged}; it then stays reserved
     * @throws IndexOutOfBoundsException if there is no such CPU or vector
     * @throws IllegalArgumentException if the vector is outside the range or a system vector
     * @throws IllegalStateException if the vector is not allocated in that way
     */
    public void free(int cpu, int vector, boolean managed) {
        checkCpu(cpu);
        checkAllocatable(vector);
        boolean freed = managed
                ? table.change(cpu, vector, CpuTable.MANAGED, CpuTable.RESERVED)
                : table.change(cpu, vector, CpuTable.ALLOCATED, CpuTable.FREE);
        if (!freed) {
            throw new IllegalStateException("cpu=" + cpu + ", vector=" + vector + ", managed=" + managed + ": it is "
                    + describe(table.state(cpu, vector)));
        }
        long after = add(cpu, managed ? -CpuWord.MANAGED_ALLOCATED : CpuWord.FREE);
        if (kernel && !CpuWord.isOnline(after)) {
            int before = stranded;
            while (!casStranded(before, before + 1)) {
                before = stranded;
            }
        }
    }

    /** Announces a vector that will be allocated later. Bookkeeping only: it never fails and holds nothing. */
    public void reserve() {
        int before;
        do {
            before = reserved;
        } while (!casReserved(before, before + 1));
    }

    /**
     * Takes an announcement back.
     *
     * @throws IllegalStateException if there is none
     */
    public void removeReserved() {
        int before;
        do {
            before = reserved;
            if (before == 0) {
                throw new IllegalStateException("reserved=0, minimum=1");
            }
        } while (!casReserved(before, before - 1));
    }

    // ---- managed vectors ----

    /**
     * Reserves one vector on each CPU of a mask, online or not, for a managed interrupt: on each the lowest free one.
     *
     * @param mask the CPUs
     * @return 0, also for an empty mask; or {@link #NO_VECTOR} if a CPU has none left, and nothing is reserved
     * @throws IndexOutOfBoundsException if the mask holds a CPU that does not exist
     */
    public int reserveManaged(CpuMask mask) {
        checkMask(mask);
        for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1)) {
            if (!takeFree(cpu)) {
                for (int done = mask.next(0); done < cpu; done = mask.next(done + 1)) {
                    undoReservation(done);
                }
                return NO_VECTOR;
            }
        }
        for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1)) {
            table.claimLowest(cpu, CpuTable.FREE, CpuTable.RESERVED);
            settle(cpu, CpuWord.MANAGED, 1);
        }
        return 0;
    }

    /**
     * Undoes {@link #reserveManaged}: on each CPU of a mask the lowest reserved vector that is not allocated.
     *
     * @param mask the CPUs
     * @throws IndexOutOfBoundsException if the mask holds a CPU that does not exist
     * @throws IllegalStateException if a CPU has no such vector
     */
    public void removeManaged(CpuMask mask) {
        checkMask(mask);
        for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1)) {
            long word;
            do {
                word = table.word(cpu);
                if (!canTake(word, true)) {
                    for (int done = mask.next(0); done < cpu; done = mask.next(done + 1)) {
                        add(done, CpuWord.MANAGED);
                    }
                    throw new IllegalStateException("cpu=" + cpu + ", managed=" + CpuWord.managed(word)
                            + ", of them allocated=" + CpuWord.managedAllocated(word));
                }
            } while (!casWord(cpu, word, CpuWord.plus(word, -CpuWord.MANAGED)));
        }
        for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1)) {
            table.claimLowest(cpu, CpuTable.RESERVED, CpuTable.FREE);
            settle(cpu, CpuWord.FREE, -1);
        }
    }

    /**
     * Takes a reserved vector on one of the CPUs of a mask.
     *
     * @param mask the CPUs to choose from
     * @return the slot, for {@link #cpuOf} and {@link #vectorOf}; or {@link #EMPTY_MASK}; or {@link #NO_VECTOR}, also
     *     when only the chosen CPU has none
     * @throws IndexOutOfBoundsException if the mask holds a CPU that does not exist
     */
    public int allocateManaged(CpuMask mask) {
        checkMask(mask);
        return mask.isEmpty() ? EMPTY_MASK : claim(mask, true);
    }

    // ---- system vectors ----

    /**
     * Takes a vector out of allocation for good, on every CPU.
     *
     * @param vector the vector, in the range or not
     * @param replace false: no CPU is online. True: at most one is, and the vector is allocated there (on CPU 0 if none
     *     is); it becomes a system vector
     * @throws IndexOutOfBoundsException if there is no such vector
     * @throws IllegalStateException if it is a system vector, or too many CPUs are online, or a CPU uses it
     */
    public void assignSystem(int vector, boolean replace) {
        checkVector(vector);
        int online = onlineCpus();
        if (isSystem(vector)) {
            throw new IllegalStateException("vector=" + vector + " is a system vector");
        }
        if (online > (replace ? 1 : 0)) {
            throw new IllegalStateException(
                    "vector=" + vector + ", online CPUs=" + online + ", limit=" + (replace ? 1 : 0));
        }
        int local = replace ? localCpu() : -1;
        if (replace && !isAllocated(local, vector)) {
            throw new IllegalStateException("cpu=" + local + ", vector=" + vector + " is not allocated");
        }
        if (layout.contains(vector)) {
            for (int cpu = 0; cpu < cpus; cpu++) {
                if (cpu != local && !takeSystem(cpu, vector)) {
                    int state = table.state(cpu, vector);
                    for (int done = 0; done < cpu; done++) {
                        if (done != local) {
                            table.change(done, vector, CpuTable.ALLOCATED, CpuTable.FREE);
                            add(done, CpuWord.FREE);
                        }
                    }
                    throw new IllegalStateException("cpu=" + cpu + ", vector=" + vector + " is " + describe(state));
                }
            }
        }
        long bit = 1L << vector;
        if ((getAndOrSystem(vector >>> 6, bit) & bit) != 0L) {
            throw new IllegalStateException("vector=" + vector + " is a system vector");
        }
        for (int cpu = 0; layout.contains(vector) && cpu < cpus; cpu++) {
            if (cpu != local) {
                settle(cpu, 0L, 1);
            }
        }
    }

    private int localCpu() {
        for (int cpu = 0; cpu < cpus; cpu++) {
            if (isOnline(cpu)) {
                return cpu;
            }
        }
        return 0;
    }

    private boolean takeSystem(int cpu, int vector) {
        if (!takeFree(cpu)) {
            return false;
        }
        if (!table.change(cpu, vector, CpuTable.FREE, CpuTable.ALLOCATED)) {
            add(cpu, CpuWord.FREE);
            return false;
        }
        return true;
    }

    // ---- choosing and taking ----

    private int claim(CpuMask mask, boolean managed) {
        long seen = collect(mask, managed);
        for (; ; ) {
            int cpu = (int) seen & (1 << SEEN_SHIFT) - 1;
            if (cpu != 0 && take(cpu - 1, managed)) {
                int vector = managed
                        ? table.claimLowest(cpu - 1, CpuTable.RESERVED, CpuTable.MANAGED)
                        : table.claimLowest(cpu - 1, CpuTable.FREE, CpuTable.ALLOCATED);
                return cpu - 1 << 8 | vector;
            }
            long again = collect(mask, managed);
            if (again == seen) {
                return NO_VECTOR;
            }
            seen = again;
        }
    }

    /** One attempt to take a count: false if the CPU has none, or another thread changed its word. */
    private boolean take(int cpu, boolean managed) {
        long word = table.word(cpu);
        return CpuWord.isOnline(word)
                && canTake(word, managed)
                && casWord(cpu, word, CpuWord.plus(word, managed ? CpuWord.MANAGED_ALLOCATED : -CpuWord.FREE));
    }

    private static boolean canTake(long word, boolean managed) {
        return managed
                ? CpuWord.managed(word) > CpuWord.managedAllocated(word)
                : CpuWord.free(word) > 0 && CpuWord.choice(word) != 0L;
    }

    /** Reads every word of the mask once: the sum of their sequences, and below it the chosen CPU plus one, 0 for none. */
    private long collect(CpuMask mask, boolean managed) {
        long sequences = 0L;
        long best = managed ? Long.MAX_VALUE : 0L;
        int chosen = -1;
        for (int i = 0; i < mask.words(); i++) {
            for (long rest = mask.word(i); rest != 0L; rest &= rest - 1L) {
                int cpu = (i << 6) + Long.numberOfTrailingZeros(rest);
                long word = table.word(cpu);
                sequences += CpuWord.sequence(word);
                if (managed) {
                    if (CpuWord.isOnline(word) && CpuWord.managedAllocated(word) <= best) {
                        best = CpuWord.managedAllocated(word);
                        chosen = cpu;
                    }
                } else if (CpuWord.choice(word) > best) {
                    best = CpuWord.choice(word);
                    chosen = cpu;
                }
            }
        }
        return sequences << SEEN_SHIFT | chosen + 1;
    }

    private boolean takeFree(int cpu) {
        long word;
        do {
            word = table.word(cpu);
            if (CpuWord.free(word) == 0) {
                return false;
            }
        } while (!casWord(cpu, word, CpuWord.plus(word, -CpuWord.FREE)));
        return true;
    }

    private void undoReservation(int cpu) {
        if (kernel) {
            table.claimLowest(cpu, CpuTable.FREE, CpuTable.RESERVED);
            table.claimLowest(cpu, CpuTable.RESERVED, CpuTable.FREE);
        }
        add(cpu, CpuWord.FREE);
    }

    /** Moves counters; the kernel's accounting overlooks the change of `available` if the CPU was online once but is not now. */
    private void settle(int cpu, long delta, int drift) {
        long word;
        long next;
        do {
            word = table.word(cpu);
            next = CpuWord.plus(word, delta);
            if (kernel && CpuWord.isInitialized(word) && !CpuWord.isOnline(word)) {
                next = CpuWord.plusDrift(next, drift);
            }
        } while (!casWord(cpu, word, next));
    }

    private long add(int cpu, long delta) {
        long word;
        long next;
        do {
            word = table.word(cpu);
            next = CpuWord.plus(word, delta);
        } while (!casWord(cpu, word, next));
        return next;
    }

    // ---- counters ----

    /**
     * The number of CPUs of this matrix, online or not.
     *
     * @return that number
     */
    public int cpus() {
        return cpus;
    }

    /**
     * The layout given at construction.
     *
     * @return the layout
     */
    public VectorLayout layout() {
        return layout;
    }

    /**
     * Whether a CPU is online.
     *
     * @param cpu the CPU
     * @return true if it is
     * @throws IndexOutOfBoundsException if there is no such CPU
     */
    public boolean isOnline(int cpu) {
        return CpuWord.isOnline(word(cpu));
    }

    /**
     * Whether a CPU was ever online.
     *
     * @param cpu the CPU
     * @return true if it was
     * @throws IndexOutOfBoundsException if there is no such CPU
     */
    public boolean isInitialized(int cpu) {
        return CpuWord.isInitialized(word(cpu));
    }

    /**
     * What a CPU has to give to normal allocations; 0 before it was online for the first time.
     *
     * @param cpu the CPU
     * @return that number; with {@link Accounting#KERNEL} it may have drifted from what the map says, as in Linux where
     *     it is unsigned: a negative number stands for itself plus 2^32
     * @throws IndexOutOfBoundsException if there is no such CPU
     */
    public int available(int cpu) {
        return CpuWord.available(word(cpu));
    }

    /**
     * How many vectors of a CPU are allocated, managed ones included.
     *
     * @param cpu the CPU
     * @return that number
     * @throws IndexOutOfBoundsException if there is no such CPU
     */
    public int allocated(int cpu) {
        long word = word(cpu);
        return capacity() - CpuWord.managed(word) + CpuWord.managedAllocated(word) - CpuWord.free(word);
    }

    /**
     * How many vectors of a CPU are reserved for managed interrupts, allocated or not.
     *
     * @param cpu the CPU
     * @return that number
     * @throws IndexOutOfBoundsException if there is no such CPU
     */
    public int managed(int cpu) {
        return CpuWord.managed(word(cpu));
    }

    /**
     * How many vectors of a CPU are allocated to managed interrupts.
     *
     * @param cpu the CPU
     * @return that number
     * @throws IndexOutOfBoundsException if there is no such CPU
     */
    public int managedAllocated(int cpu) {
        return CpuWord.managedAllocated(word(cpu));
    }

    /**
     * How many vectors of a CPU would have to move if it went offline: those allocated to interrupts that are not
     * managed.
     *
     * @param cpu the CPU
     * @return that number
     * @throws IndexOutOfBoundsException if there is no such CPU
     */
    public int movable(int cpu) {
        long word = word(cpu);
        return capacity() - CpuWord.managed(word) - CpuWord.free(word);
    }

    /**
     * What all online CPUs have available, less what this one has.
     *
     * @param cpu the CPU
     * @return that number
     * @throws IndexOutOfBoundsException if there is no such CPU
     */
    public int availableElsewhere(int cpu) {
        return globalAvailable() - available(cpu);
    }

    /**
     * How many CPUs are online.
     *
     * @return that number
     */
    public int onlineCpus() {
        int sum = 0;
        for (int cpu = 0; cpu < cpus; cpu++) {
            sum += isOnline(cpu) ? 1 : 0;
        }
        return sum;
    }

    /**
     * What all online CPUs have available.
     *
     * @return the sum of {@link #available} over them
     */
    public int globalAvailable() {
        int sum = 0;
        for (int cpu = 0; cpu < cpus; cpu++) {
            sum += (int) CpuWord.choice(table.word(cpu));
        }
        return sum;
    }

    /**
     * How many announcements of {@link #reserve} are open. There may be more than vectors.
     *
     * @return that number
     */
    public int globalReserved() {
        return reserved;
    }

    /**
     * How many vectors are allocated.
     *
     * @return the sum of {@link #allocated} over all CPUs; with {@link Accounting#KERNEL} also those that were freed
     *     while their CPU was offline
     */
    public int totalAllocated() {
        int sum = stranded;
        for (int cpu = 0; cpu < cpus; cpu++) {
            sum += allocated(cpu);
        }
        return sum;
    }

    /**
     * Whether a vector of a CPU is allocated, managed or not.
     *
     * @param cpu the CPU
     * @param vector the vector
     * @return true if it is; false for system vectors
     * @throws IndexOutOfBoundsException if there is no such CPU or vector
     */
    public boolean isAllocated(int cpu, int vector) {
        checkCpu(cpu);
        checkVector(vector);
        return layout.contains(vector) && !isSystem(vector) && (table.state(cpu, vector) & CpuTable.ALLOCATED) != 0;
    }

    /**
     * Whether a vector of a CPU is reserved for managed interrupts, allocated or not.
     *
     * @param cpu the CPU
     * @param vector the vector
     * @return true if it is
     * @throws IndexOutOfBoundsException if there is no such CPU or vector
     */
    public boolean isManaged(int cpu, int vector) {
        checkCpu(cpu);
        checkVector(vector);
        return (table.state(cpu, vector) & CpuTable.RESERVED) != 0;
    }

    /**
     * Whether a vector is a system vector.
     *
     * @param vector the vector
     * @return true if it is
     * @throws IndexOutOfBoundsException if there is no such vector
     */
    public boolean isSystem(int vector) {
        checkVector(vector);
        return (system(vector >>> 6) >>> vector & 1L) != 0L;
    }

    /**
     * Counters and maps, as Linux prints them in {@code irq/domains/VECTOR} of debugfs; one row for each online CPU.
     *
     * @return the text, each line ended by a newline
     */
    @Override
    public String toString() {
        CpuMask taken = vectors(this::isSystem);
        StringBuilder text = new StringBuilder();
        text.append(String.format("Online bitmaps:   %6d\n", onlineCpus()));
        text.append(String.format("Global available: %6s\n", Integer.toUnsignedString(globalAvailable())));
        text.append(String.format("Global reserved:  %6d\n", globalReserved()));
        text.append(String.format("Total allocated:  %6d\n", totalAllocated()));
        text.append(String.format("System: %d: %s\n", taken.size(), taken));
        text.append(" | CPU | avl | man | mac | act | vectors\n");
        for (int cpu = 0; cpu < cpus; cpu++) {
            if (isOnline(cpu)) {
                int row = cpu;
                text.append(String.format(
                        "  %4d  %4s  %4d  %4d %4d  %s\n",
                        cpu,
                        Integer.toUnsignedString(available(cpu)),
                        managed(cpu),
                        managedAllocated(cpu),
                        allocated(cpu),
                        vectors(vector -> isAllocated(row, vector))));
            }
        }
        return text.toString();
    }

    private static CpuMask vectors(java.util.function.IntPredicate which) {
        return CpuMask.of(java.util.stream.IntStream.range(0, VectorLayout.VECTORS)
                .filter(which)
                .toArray());
    }

    private int capacity() {
        int sum = layout.end() - layout.start();
        for (int vector = layout.start(); vector < layout.end(); vector++) {
            sum -= isSystem(vector) ? 1 : 0;
        }
        return sum;
    }

    private long word(int cpu) {
        checkCpu(cpu);
        return table.word(cpu);
    }

    // ---- checks ----

    private void checkCpu(int cpu) {
        if (cpu < 0 || cpu >= cpus) {
            throw new IndexOutOfBoundsException("cpu=" + cpu + ", limit=" + cpus);
        }
    }

    private void checkMask(CpuMask mask) {
        if (mask.highest() >= cpus) {
            throw new IndexOutOfBoundsException("cpu=" + mask.highest() + ", limit=" + cpus);
        }
    }

    private static void checkVector(int vector) {
        if (vector < 0 || vector >= VectorLayout.VECTORS) {
            throw new IndexOutOfBoundsException("vector=" + vector + ", limit=" + VectorLayout.VECTORS);
        }
    }

    private void checkAllocatable(int vector) {
        checkVector(vector);
        if (isSystem(vector)) {
            throw new IllegalArgumentException("vector=" + vector + " is a system vector");
        }
        if (!layout.contains(vector)) {
            throw new IllegalArgumentException(
                    "vector=" + vector + ", minimum=" + layout.start() + ", limit=" + layout.end());
        }
    }

    private void checkFree(int cpu, int vector, long word) {
        int state = table.state(cpu, vector);
        if (state != CpuTable.FREE || CpuWord.free(word) == 0) {
            throw new IllegalStateException("cpu=" + cpu + ", vector=" + vector + " is " + describe(state));
        }
    }

    private static String describe(int state) {
        return switch (state) {
            case CpuTable.FREE -> "free";
            case CpuTable.ALLOCATED -> "allocated";
            case CpuTable.RESERVED -> "reserved";
            default -> "allocated to a managed interrupt";
        };
    }

    // ---- accessors, all full mode ----

    private boolean casWord(int cpu, long expected, long next) {
        return table.casWord(cpu, expected, next);
    }

    private boolean casReserved(int expected, int next) {
        return RESERVED.compareAndSet(this, expected, next);
    }

    private boolean casStranded(int expected, int next) {
        return STRANDED.compareAndSet(this, expected, next);
    }

    private long system(int i) {
        return (long) SYSTEM.getVolatile(system, i);
    }

    private long getAndOrSystem(int i, long bits) {
        return (long) SYSTEM.getAndBitwiseOr(system, i, bits);
    }
}
