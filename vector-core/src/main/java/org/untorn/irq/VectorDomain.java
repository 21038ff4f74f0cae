// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.untorn.matrix.CpuMask;
import org.untorn.matrix.MatrixSnapshot;
import org.untorn.matrix.VectorLayout;
import org.untorn.matrix.VectorMatrix;
import org.untorn.msi.MsiMessage;
import org.untorn.msi.RemappingTable;
import org.untorn.pending.PendingBitmap;

/**
 * CPUs, and the interrupts that are delivered to them.
 *
 * <pre>{@code
 * VectorDomain domain = VectorDomain.ofCpus(2);
 * Irq irq = domain.irq(source -> System.out.println("served")).affinity(CpuMask.of(0)).open().orElseThrow();
 * domain.cpu(0).claim();
 * irq.raise();
 * domain.cpu(0).poll();
 * }</pre>
 *
 * <p><b>Roles.</b> Every operation may be called by any thread, from within handlers and listeners too. It has no threads of
 * its own: nothing runs on a CPU that nobody polls.
 *
 * <p><b>Progress.</b> No operation waits for a thread. Opening takes a vector, lock-free; {@link #close}, {@link #snapshot} and
 * {@link #verify} take time in proportion to the number of CPUs.
 *
 * <p><b>Memory.</b> What happens-before the opening of an interrupt happens-before its first run.
 */
public final class VectorDomain implements AutoCloseable {
    /** The number of vectors of a CPU's table. */
    public static final int VECTORS = 256;

    /** The largest number of CPUs: a message names one by 15 bits. */
    public static final int MAX_CPUS = MsiMessage.MAX_DESTINATION + 1;

    private final VectorMatrix matrix;
    private final ErrorHandler errorHandler;
    private final AffinityListener affinityListener;
    private final CpuMask allCpus;
    private final Cpu[] cpus;
    private final Queue<Irq> shutDown = new ConcurrentLinkedQueue<>(); // managed, waiting for a CPU
    private final Queue<long[]> counts; // of each interrupt ever opened, by Cause; null unless counting
    private volatile boolean closed; // only ever set: closers
    private final PendingBitmap[] pending; // of each CPU, so that a raiser need not read the Cpu object

    private VectorDomain(Builder builder) {
        matrix = new VectorMatrix(builder.cpus, builder.layout, VectorMatrix.Accounting.CORRECTED);
        errorHandler = builder.errorHandler;
        affinityListener = builder.affinityListener;
        counts = builder.counting ? new ConcurrentLinkedQueue<>() : null;
        allCpus = CpuMask.range(0, builder.cpus);
        cpus = new Cpu[builder.cpus];
        pending = new PendingBitmap[builder.cpus];
        for (int cpu = 0; cpu < cpus.length; cpu++) {
            cpus[cpu] = new Cpu(this, cpu, builder.order);
            pending[cpu] = cpus[cpu].pending();
            matrix.online(cpu);
        }
    }

    /**
     * A domain with default settings, all CPUs online.
     *
     * @param cpus how many, 1 to {@link #MAX_CPUS}
     * @return the domain
     * @throws IllegalArgumentException if the number is out of range
     */
    public static VectorDomain ofCpus(int cpus) {
        return builder(cpus).build();
    }

    /**
     * Begins to build a domain.
     *
     * @param cpus how many CPUs it has, 1 to {@link #MAX_CPUS}
     * @return the builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public static Builder builder(int cpus) {
        return new Builder(cpus);
    }

    /**
     * A CPU.
     *
     * @param index 0 to {@link #cpus()}, exclusive
     * @return it
     * @throws IndexOutOfBoundsException if the index is out of range
     */
    public Cpu cpu(int index) {
        if (index < 0 || index >= cpus.length) {
            throw new IndexOutOfBoundsException("cpu=" + index + ", limit=" + cpus.length);
        }
        return cpus[index];
    }

    /**
     * The number of CPUs.
     *
     * @return it, 1 to {@link #MAX_CPUS}
     */
    public int cpus() {
        return cpus.length;
    }

    /**
     * Begins to open an interrupt.
     *
     * @param handler what serves it; must not be null
     * @return the builder; its {@link IrqBuilder#open} throws if the domain is closed by then
     */
    public IrqBuilder irq(IrqHandler handler) {
        return new IrqBuilder(this, Objects.requireNonNull(handler, "handler"));
    }

    /**
     * Ends this domain: closes every interrupt, wakes every owner that sleeps, and ends every {@link Cpu#run()}. Never
     * waits; a handler that is running ends its run, and owners free the vectors at their next poll. From here on nothing
     * can be opened and no CPU claimed, both are errors; raises answer {@link RaiseResult#CLOSED}, moves {@link
     * MoveResult#CLOSED}. Called again, it frees what owners that have ended since were asked to free.
     */
    @Override
    public void close() {
        closed = true; // whoever opens or moves an interrupt meanwhile, and is missed below, closes it
        for (Cpu cpu : cpus) {
            for (int vector = 0; vector < VECTORS; vector++) {
                Irq irq = cpu.slot(vector);
                if (irq != null) {
                    irq.close();
                }
            }
        }
        shutDown.forEach(Irq::close);
        for (Cpu cpu : cpus) {
            cpu.askOwner();
        }
    }

    /**
     * Whether {@link #close} was called.
     *
     * @return true if it was
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * What every CPU and interrupt has done so far, and where each interrupt is: for people, for load balancing. Reads
     * what owners and movers count anyway and disturbs none of them; takes time in proportion to the number of CPUs.
     *
     * @return a plain value that prints like Linux's {@code /proc/interrupts}; each figure is read at a moment of its own
     */
    public DomainSnapshot snapshot() {
        return DomainSnapshot.of(this);
    }

    /**
     * The vectors of each CPU: how many are free, which are taken.
     *
     * @return a plain value that prints like Linux's debugfs file {@code irq/domains/VECTOR}
     */
    public MatrixSnapshot matrixSnapshot() {
        return matrix.snapshot();
    }

    /**
     * Compares the matrix, the tables, the registers and the counters with each other. To be called while nothing
     * happens: no raise, poll or move is under way, and nothing is pending.
     *
     * @return what does not agree, a sentence each; empty if all does
     */
    public List<String> verify() {
        return new Verifier(this).verify();
    }

    CpuMask allCpus() {
        return allCpus;
    }

    long[] newCounts() {
        if (counts == null) {
            return null;
        }
        long[] more = new long[Cause.STRIDE + Cause.COUNT + Cause.STRIDE];
        counts.add(more);
        return more;
    }

    Queue<long[]> counts() {
        return counts;
    }

    void addShutDown(Irq irq) {
        shutDown.add(irq);
    }

    void removeShutDown(Irq irq) {
        shutDown.remove(irq);
    }

    Iterable<Irq> shutDown() {
        return shutDown;
    }

    void restartShutDown() {
        for (Irq irq : shutDown) {
            Mover.restart(irq);
        }
    }

    void brokenAffinity(Irq irq) {
        Events.brokenAffinity(irq);
        tell(irq, () -> affinityListener.onBrokenAffinity(irq, irq.affinity()));
    }

    /** Calls user code that must not break what called it: somebody may be in the middle of a move. */
    void tell(Irq irq, Runnable call) {
        Owner me = Owner.current();
        boolean before = me.isServing;
        me.isServing = true; // no poll, no release, and a move leaves its rest to the next poll: no recursion
        try {
            call.run();
        } catch (Throwable error) {
            tellOf(() -> errorHandler.onError(irq, error));
        } finally {
            me.isServing = before;
        }
    }

    void wakerThrew(Cpu cpu, Throwable error) {
        tellOf(() -> errorHandler.onWakerError(cpu, error));
    }

    private static void tellOf(Runnable call) {
        try {
            call.run();
        } catch (Throwable error) {
            Thread thread = Thread.currentThread();
            try {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, error);
            } catch (Throwable ignored) {
                // as the JVM does: there is nobody left to tell
            }
        }
    }

    void checkCpus(CpuMask mask) {
        int beyond = mask.next(cpus.length);
        if (beyond >= 0) {
            throw new IndexOutOfBoundsException("cpu=" + beyond + ", limit=" + cpus.length);
        }
    }

    boolean hasOnlineCpu(CpuMask mask) {
        for (int cpu = mask.next(0); cpu >= 0; cpu = mask.next(cpu + 1)) {
            if (matrix.isOnline(cpu)) {
                return true;
            }
        }
        return false;
    }

    VectorMatrix matrix() {
        return matrix;
    }

    ErrorHandler errorHandler() {
        return errorHandler;
    }

    PendingBitmap[] pending() {
        return pending;
    }

    /** Settings of a domain. Not for use by two threads at once. */
    public static final class Builder {
        private final int cpus;
        private Order order = Order.LOWEST_FIRST;
        private boolean counting;
        private AffinityListener affinityListener = (irq, affinity) -> {};
        private VectorLayout layout = VectorLayout.X86_LINUX_6_12;
        private ErrorHandler errorHandler = (irq, error) -> System.getLogger("org.untorn.irq")
                .log(System.Logger.Level.ERROR, () -> "handler of " + irq + " threw", error);

        private Builder(int cpus) {
            if (cpus < 1 || cpus > MAX_CPUS) {
                throw new IllegalArgumentException("cpus=" + cpus + ", minimum=1, maximum=" + MAX_CPUS);
            }
            this.cpus = cpus;
        }

        /**
         * Which vectors there are to be had on each CPU; without it, those of a 6.12 kernel, 201 a CPU.
         *
         * @param value must not be null
         * @return this
         * @throws IllegalArgumentException if it begins below the lowest vector that a message can carry
         */
        public Builder layout(VectorLayout value) {
            if (value.start() < MsiMessage.MIN_VECTOR) {
                throw new IllegalArgumentException("start=" + value.start() + ", minimum=" + MsiMessage.MIN_VECTOR);
            }
            layout = value;
            return this;
        }

        /**
         * In which order polls serve; without it, {@link Order#LOWEST_FIRST}.
         *
         * @param value must not be null
         * @return this
         */
        public Builder order(Order value) {
            order = Objects.requireNonNull(value, "order");
            return this;
        }

        /**
         * Counts every raise, so that {@link #verify} can check that each was answered: costs an atomic add a
         * raise, and 336 bytes for each interrupt ever opened, which are kept: to look for faults, not to live with.
         *
         * @param value true to count; without it, nothing is counted but by owners and movers
         * @return this
         */
        public Builder counting(boolean value) {
            counting = value;
            return this;
        }

        /**
         * Who is told that an interrupt had to leave its affinity; without it, nobody.
         *
         * @param value must not be null
         * @return this
         */
        public Builder affinityListener(AffinityListener value) {
            affinityListener = Objects.requireNonNull(value, "affinityListener");
            return this;
        }

        /**
         * Who is told what handlers throw; without it, the logger {@code org.untorn.irq}.
         *
         * @param value must not be null
         * @return this
         */
        public Builder errorHandler(ErrorHandler value) {
            errorHandler = Objects.requireNonNull(value, "errorHandler");
            return this;
        }

        /**
         * Makes the domain, all its CPUs online, none owned.
         *
         * @return it
         */
        public VectorDomain build() {
            return new VectorDomain(this);
        }
    }

    /** Settings of an interrupt. Not for use by two threads at once. */
    public static final class IrqBuilder {
        final VectorDomain domain;
        final IrqHandler handler;
        String name = "irq";
        boolean managed;
        boolean retriggers;
        private CpuMask affinity;
        Migration migration = Migration.of(Protocol.STAMPED);

        private IrqBuilder(VectorDomain domain, IrqHandler handler) {
            this.domain = domain;
            this.handler = handler;
        }

        /**
         * A name for messages and listings; without it, {@code irq}.
         *
         * @param value must not be null
         * @return this
         */
        public IrqBuilder name(String value) {
            name = Objects.requireNonNull(value, "name");
            return this;
        }

        /**
         * The CPUs it may be on; without it, any.
         *
         * @param mask must not be null or empty
         * @return this
         * @throws IllegalArgumentException if the mask is empty
         * @throws IndexOutOfBoundsException if it holds a CPU that the domain does not have
         */
        public IrqBuilder affinity(CpuMask mask) {
            domain.checkCpus(mask);
            if (mask.isEmpty()) {
                throw new IllegalArgumentException("affinity=" + mask + ", minimum=one CPU");
            }
            affinity = mask;
            return this;
        }

        /**
         * How it is moved; without it, {@link Protocol#STAMPED}. Of this, {@link #remapped} and {@link #policy} the last
         * counts.
         *
         * @param value must not be null
         * @return this
         */
        public IrqBuilder protocol(Protocol value) {
            return migration(Migration.of(value));
        }

        /**
         * Sends it through a remapping table: its device's message is the handle of an entry and never changes, a move
         * rewrites the entry, one word, from any thread. The entry is given back after the interrupt is closed.
         *
         * @param table must not be null
         * @return this
         */
        public IrqBuilder remapped(RemappingTable table) {
            return migration(new Migration.Remapped(Objects.requireNonNull(table, "table")));
        }

        /**
         * Moves it as Linux would move an MSI whose message is written in two steps.
         *
         * @param value must not be null
         * @param maskable whether its device can be masked; if it can, it is, while it is moved
         * @return this
         */
        public IrqBuilder policy(MigrationPolicy value, boolean maskable) {
            return migration(Migration.of(Objects.requireNonNull(value, "policy"), maskable));
        }

        /**
         * Reserves a vector on each CPU of the affinity, on each CPU of the domain without one, so that it can always go
         * there. It never leaves them, and cannot be moved by a user: while none of them is online it is shut down, raises
         * are held, and it starts again with the first that comes back.
         *
         * @return this
         */
        public IrqBuilder managed() {
            managed = true;
            return this;
        }

        /**
         * Lets it run once after every move, at its new place, whoever moved it, pending or not; also where it starts again
         * after it was shut down. For a source that has something to do there first: to register with another selector.
         *
         * @return this
         */
        public IrqBuilder retriggerAfterMove() {
            retriggers = true;
            return this;
        }

        IrqBuilder migration(Migration value) {
            migration = value;
            return this;
        }

        /**
         * Opens the interrupt, on the CPU of its affinity that has the most free vectors. A stray at a vector that was
         * just freed may run its handler before this returns.
         *
         * @return the interrupt, closed if the domain is closed meanwhile; empty if no CPU of its affinity is online and
         *     has a free vector, or, if it is managed, if one of them has none to reserve, or, if it is remapped, if the
         *     table is full
         * @throws IllegalStateException if the domain is closed
         */
        public Optional<Irq> open() {
            if (domain.isClosed()) {
                throw new IllegalStateException("open of " + name + ": the domain is closed");
            }
            return Optional.ofNullable(Mover.open(this));
        }

        CpuMask affinity() {
            return affinity == null ? domain.allCpus : affinity;
        }
    }
}
