// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.Objects;
import java.util.Optional;
import org.untorn.matrix.CpuMask;
import org.untorn.matrix.VectorLayout;
import org.untorn.matrix.VectorMatrix;
import org.untorn.msi.MsiMessage;
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
 * <p><b>Roles.</b> Every operation may be called by any thread.
 */
public final class VectorDomain {
    /** The number of vectors of a CPU's table. */
    public static final int VECTORS = 256;

    /** The largest number of CPUs: a message names one by 15 bits. */
    public static final int MAX_CPUS = MsiMessage.MAX_DESTINATION + 1;

    private final VectorMatrix matrix;
    private final ErrorHandler errorHandler;
    private final Cpu[] cpus;
    private final PendingBitmap[] pending; // of each CPU, so that a raiser need not read the Cpu object

    private VectorDomain(Builder builder) {
        matrix = new VectorMatrix(builder.cpus, builder.layout);
        errorHandler = builder.errorHandler;
        cpus = new Cpu[builder.cpus];
        pending = new PendingBitmap[builder.cpus];
        for (int cpu = 0; cpu < cpus.length; cpu++) {
            cpus[cpu] = new Cpu(this, cpu);
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
     * @return the builder
     */
    public IrqBuilder irq(IrqHandler handler) {
        return new IrqBuilder(this, Objects.requireNonNull(handler, "handler"));
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
         */
        public Builder layout(VectorLayout value) {
            layout = Objects.requireNonNull(value, "layout");
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
        private final VectorDomain domain;
        private final IrqHandler handler;
        private String name = "irq";
        private CpuMask affinity;
        private Migration migration = Migration.of(Protocol.STAMPED);

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
         * How it is moved; without it, {@link Protocol#STAMPED}.
         *
         * @param value must not be null
         * @return this
         */
        public IrqBuilder protocol(Protocol value) {
            return migration(Migration.of(value));
        }

        IrqBuilder migration(Migration value) {
            migration = value;
            return this;
        }

        /**
         * Opens the interrupt, on the CPU of its affinity that has the most free vectors.
         *
         * @return the interrupt; empty if no CPU of its affinity is online and has a free vector
         */
        public Optional<Irq> open() {
            CpuMask mask = affinity == null ? CpuMask.range(0, domain.cpus()) : affinity;
            int slot = domain.matrix.allocate(mask, false);
            return slot < 0 ? Optional.empty() : Optional.of(new Irq(domain, name, mask, migration, handler, slot));
        }
    }
}
