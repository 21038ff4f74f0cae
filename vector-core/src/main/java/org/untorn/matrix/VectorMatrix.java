// SPDX-License-Identifier: Apache-2.0
package org.untorn.matrix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Who owns which vector on which CPU.
 *
 * <p>Used from one thread it makes the decisions of Linux's {@code irq_matrix} and keeps its counters: a normal
 * allocation takes the lowest free vector of the online CPU of its mask with the most available ones, the lowest such
 * CPU; a managed allocation the lowest reserved vector of the online CPU with the fewest allocated managed ones, the
 * highest such CPU. Only that one CPU is tried. Used from several threads one at a time it does the same; while threads
 * contend, and for at most 128 normal allocations of each after that, any CPU of the mask with available vectors may be
 * taken.
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
    /*
     * Overview. Each CPU has a word of counters (CpuWord) and two bits of state for each vector (CpuTable). Whoever wants
     * a vector first takes a count from the word, then the vector; whoever gives one back first frees the vector, then
     * adds the count. CpuChooser says from which CPU, on a wide machine with the help of CpuIndex.
     *
     * Invariants.
     * I1 A vector changes state by one compareAndSet of the long that holds all of its state. So it has one owner, and of
     *    two frees one fails. Held by VectorMatrixThreadsTest.
     * I2 Per CPU: vectors that are FREE in the map = free + counts taken and not yet used + vectors freed and not yet
     *    counted; RESERVED = managed - managed allocated + the same two. So who holds a count finds a vector: nobody
     *    waits for it, and others can only make him look again by taking and giving back themselves. Each operation
     *    moves the word and the map by the same amount, also a wrong one that is refused, so no misuse breaks this. Held by
     *    VectorMatrixThreadsTest.
     * I3 At quiescence, per CPU: allocated = capacity - free - (managed - managed allocated) = the map's bits, where
     *    capacity is the range less its system vectors. `allocated` is not stored. Held by VectorMatrixModelTest.
     *
     * Drift. The kernel's `available` may disagree with its map (settle). Then two things differ that are one otherwise:
     * available, which chooses the CPU, and free, which is the truth. A CPU that is chosen and has free = 0 is the end:
     * only one CPU is tried, NO_VECTOR. A CPU with available = 0 is not chosen though it may have free vectors.
     *
     * Memory order. M1 All accesses of shared memory but the seats (M2 in CpuChooser) are full mode. A claim of a vector
     * reads the long that its free wrote, directly or through later compareAndSets of it: that is the happens-before edge
     * which the class promises. Nothing weaker has been shown to be worth it.
     *
     * Non-invariants. A thread suspended between its two steps withholds one vector, and the counters show it as taken:
     * the order of the steps is what keeps everybody else from waiting for it. An allocation that took its count before an
     * offline may return after it. An operation that will be refused may hold counts for a moment (assign, a reservation
     * over several CPUs, assignSystem): another may then get NO_VECTOR that would not have with a lock. A free, against
     * the rules, of a vector that assignSystem is replacing at that moment may leave it free and a system vector at once.
     *
     * Quirks of the kernel, and where they are: drift of `available` in settle; totals of vectors freed on an offline CPU
     * in free; a failed reservation that exchanges reserved vectors in undoReservation; choosing a managed CPU that has
     * nothing reserved in CpuChooser.canTake, which both accountings keep: it is a decision, not a count. Not kept: that
     * assign_system accepts vector 256, one too many, which writes outside the kernel's map, and that it counts a vector
     * twice if given twice; both are refused.
     *
     * Rejected. A bitmap each for allocated and managed: a vector could pass the test of one and be taken in the other.
     * `available` stored: it is free + drift, and two numbers that move together are one addition more to get wrong.
     * One word for all CPUs' totals: every operation would meet there.
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

    // globals: longs far enough apart that a busy counter disturbs no other
    private static final int STRIDE = 16;
    private static final int SYSTEM = STRIDE; // 4 longs, one bit a vector, only ever set
    private static final int RESERVED = 2 * STRIDE; // open announcements
    private static final int STRANDED =
            3 * STRIDE; // vectors freed while their CPU was offline, kernel's accounting only

    private static final VarHandle LONG =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final int cpus;
    private final VectorLayout layout;
    private final boolean kernel;
    private final CpuTable table;
    private final CpuChooser chooser;
    private final long[] globals = new long[4 * STRIDE]; // any thread -> any thread

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
        chooser = new CpuChooser(table);
        for (int vector = 0; vector < VectorLayout.VECTORS; vector++) {
            if (layout.isSystem(vector)) {
                globals[SYSTEM + (vector >>> 6)] |= 1L << vector;
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
        } while (!table.casWord(cpu, word, CpuWord.with(word, CpuWord.ONLINE | CpuWord.INITIALIZED, 0L)));
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
        } while (!table.casWord(cpu, word, CpuWord.with(word, 0L, CpuWord.ONLINE)));
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
            checkFree(cpu, vector);
            if (CpuWord.free(word) == 0) {
                throw new IllegalStateException(
                        "cpu=" + cpu + ", vector=" + vector + ", free=0: others are taking the rest");
            }
        } while (!table.casWord(cpu, word, CpuWord.plus(word, -CpuWord.FREE)));
        if (!table.change(cpu, vector, CpuTable.FREE, CpuTable.ALLOCATED)) {
            table.add(cpu, CpuWord.FREE);
            throw new IllegalStateException("cpu=" + cpu + ", vector=" + vector + " was taken meanwhile");
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
        long after = table.add(cpu, managed ? -CpuWord.MANAGED_ALLOCATED : CpuWord.FREE);
        if (kernel && !CpuWord.isOnline(after)) {
            getAndAdd(STRANDED, 1L);
        }
    }

    /** Announces a vector that will be allocated later. Bookkeeping only: it never fails and holds nothing. */
    public void reserve() {
        getAndAdd(RESERVED, 1L);
    }

    /**
     * Takes an announcement back.
     *
     * @throws IllegalStateException if there is none
     */
    public void removeReserved() {
        long before;
        do {
            before = get(RESERVED);
            if (before == 0L) {
                throw new IllegalStateException("reserved=0, minimum=1");
            }
        } while (!compareAndSet(RESERVED, before, before - 1L));
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
            if (!table.takeFree(cpu)) {
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
                if (CpuWord.reservedOnly(word) == 0) {
                    for (int done = mask.next(0); done < cpu; done = mask.next(done + 1)) {
                        table.add(done, CpuWord.MANAGED);
                    }
                    throw new IllegalStateException("cpu=" + cpu + ", managed=" + CpuWord.managed(word)
                            + ", of them allocated=" + CpuWord.managedAllocated(word));
                }
            } while (!table.casWord(cpu, word, CpuWord.plus(word, -CpuWord.MANAGED)));
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
        if (isSystem(vector)) {
            throw new IllegalStateException("vector=" + vector + " is a system vector");
        }
        int online = onlineCpus();
        int limit = replace ? 1 : 0;
        if (online > limit) {
            throw new IllegalStateException("vector=" + vector + ", online CPUs=" + online + ", limit=" + limit);
        }
        int local = replace ? firstOnline() : -1;
        if (replace && !(layout.contains(vector) && table.state(local, vector) == CpuTable.ALLOCATED)) {
            throw new IllegalStateException("cpu=" + local + ", vector=" + vector + " is not allocated");
        }
        if (layout.contains(vector)) {
            takeEverywhere(vector, local);
        }
        long bit = 1L << vector;
        if ((getAndOr(SYSTEM + (vector >>> 6), bit) & bit) != 0L) {
            throw new IllegalStateException("vector=" + vector + " is a system vector");
        }
        for (int cpu = 0; cpu < cpus && layout.contains(vector); cpu++) {
            if (cpu != local) {
                settle(cpu, 0L, 1);
            }
        }
    }

    private int firstOnline() {
        for (int cpu = 0; cpu < cpus; cpu++) {
            if (isOnline(cpu)) {
                return cpu;
            }
        }
        return 0;
    }

    /** Takes a vector on every CPU but one; nowhere, and an exception, if one of them uses it. */
    private void takeEverywhere(int vector, int local) {
        for (int cpu = 0; cpu < cpus; cpu++) {
            if (cpu == local || takeVector(cpu, vector)) {
                continue;
            }
            int state = table.state(cpu, vector);
            for (int done = 0; done < cpu; done++) {
                if (done != local && table.change(done, vector, CpuTable.ALLOCATED, CpuTable.FREE)) {
                    table.add(done, CpuWord.FREE);
                }
            }
            throw new IllegalStateException("cpu=" + cpu + ", vector=" + vector + " is " + describe(state));
        }
    }

    // ---- slow paths ----

    /** Takes a certain vector, count first; false if it is not free, or others hold the counts of all that are. */
    private boolean takeVector(int cpu, int vector) {
        if (table.state(cpu, vector) != CpuTable.FREE || !table.takeFree(cpu)) {
            return false;
        }
        if (table.change(cpu, vector, CpuTable.FREE, CpuTable.ALLOCATED)) {
            return true;
        }
        table.add(cpu, CpuWord.FREE);
        return false;
    }

    private int claim(CpuMask mask, boolean managed) {
        int cpu = chooser.take(mask, managed);
        if (cpu < 0) {
            return NO_VECTOR;
        }
        return cpu << 8
                | (managed
                        ? table.claimLowest(cpu, CpuTable.RESERVED, CpuTable.MANAGED)
                        : table.claimLowest(cpu, CpuTable.FREE, CpuTable.ALLOCATED));
    }

    /**
     * Gives a count back after a reservation that failed on a later CPU. Quirk: the kernel had already reserved the lowest
     * free vector, and now removes the lowest reserved one, which may be another.
     */
    private void undoReservation(int cpu) {
        if (kernel) {
            table.claimLowest(cpu, CpuTable.FREE, CpuTable.RESERVED);
            table.claimLowest(cpu, CpuTable.RESERVED, CpuTable.FREE); // one is there: ours, which no count promises
        }
        table.add(cpu, CpuWord.FREE);
    }

    /**
     * Ends an operation that took or gave back a vector whether its CPU is online or not. Quirk: the kernel then leaves
     * `available` as it is, unless it will be computed when the CPU is online for the first time.
     */
    private void settle(int cpu, long delta, int overlooked) {
        long word;
        long next;
        do {
            word = table.word(cpu);
            next = CpuWord.plus(word, delta);
            if (kernel && CpuWord.isInitialized(word) && !CpuWord.isOnline(word)) {
                next = CpuWord.plusDrift(next, overlooked);
            }
        } while (!table.casWord(cpu, word, next));
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
        return allocated(word(cpu), capacity());
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
        return (int) get(RESERVED);
    }

    /**
     * How many vectors are allocated.
     *
     * @return the sum of {@link #allocated} over all CPUs; with {@link Accounting#KERNEL} also those that were freed
     *     while their CPU was offline
     */
    public int totalAllocated() {
        int sum = (int) get(STRANDED);
        int capacity = capacity();
        for (int cpu = 0; cpu < cpus; cpu++) {
            sum += allocated(table.word(cpu), capacity);
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
        return (get(SYSTEM + (vector >>> 6)) >>> vector & 1L) != 0L;
    }

    /**
     * The counters and maps. Wait-free; not atomic: consistent if nothing changes meanwhile.
     *
     * @return a plain value that prints like Linux's debugfs file {@code irq/domains/VECTOR}
     */
    public MatrixSnapshot snapshot() {
        List<MatrixSnapshot.Row> rows = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            if (isOnline(cpu)) {
                int row = cpu;
                rows.add(new MatrixSnapshot.Row(
                        cpu,
                        available(cpu),
                        managed(cpu),
                        managedAllocated(cpu),
                        allocated(cpu),
                        vectors(vector -> isAllocated(row, vector))));
            }
        }
        return new MatrixSnapshot(
                onlineCpus(), globalAvailable(), globalReserved(), totalAllocated(), vectors(this::isSystem), rows);
    }

    /**
     * The text of its {@link #snapshot}.
     *
     * @return as Linux prints it
     */
    @Override
    public String toString() {
        return snapshot().toString();
    }

    private static CpuMask vectors(IntPredicate which) {
        return CpuMask.of(IntStream.range(0, VectorLayout.VECTORS).filter(which).toArray());
    }

    private int capacity() {
        int sum = 0;
        for (int i = 0; i < VectorLayout.VECTORS >>> 6; i++) {
            sum += Long.bitCount(layout.range().word(i) & ~get(SYSTEM + i));
        }
        return sum;
    }

    private static int allocated(long word, int capacity) {
        return capacity - CpuWord.reservedOnly(word) - CpuWord.free(word);
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

    private void checkFree(int cpu, int vector) {
        int state = table.state(cpu, vector);
        if (state != CpuTable.FREE) {
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

    private long get(int index) {
        return (long) LONG.getVolatile(globals, index);
    }

    private long getAndAdd(int index, long by) {
        return (long) LONG.getAndAdd(globals, index, by);
    }

    private long getAndOr(int index, long bits) {
        return (long) LONG.getAndBitwiseOr(globals, index, bits);
    }

    private boolean compareAndSet(int index, long expected, long next) {
        return LONG.compareAndSet(globals, index, expected, next);
    }
}
