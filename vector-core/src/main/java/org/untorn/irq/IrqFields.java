// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import org.untorn.matrix.CpuMask;
import org.untorn.matrix.VectorMatrix;
import org.untorn.msi.MessageRegister;
import org.untorn.pending.PendingBitmap;

/**
 * The fields of an {@link Irq}, a class a rung because HotSpot lays out a superclass before its subclass: cold fields
 * first, since the object before this one may end hot; then what raisers read and movers write; then, at least 64 bytes
 * on, what the owner writes at every run. IrqLayoutTest measures it.
 */
@SuppressWarnings("unused")
final class IrqFields {
    private IrqFields() {}

    abstract static class Cold {
        final VectorDomain domain;
        final String name;
        final Migration migration;
        volatile CpuMask affinity; // written: movers
        long c0, c1, c2, c3, c4;

        Cold(VectorDomain domain, String name, CpuMask affinity, Migration migration) {
            this.domain = domain;
            this.name = name;
            this.affinity = affinity;
            this.migration = migration;
        }
    }

    abstract static class MoverSide extends Cold {
        final MessageRegister register; // read: raisers
        final PendingBitmap[] pending; // of each CPU; read: raisers
        volatile int control; // written: movers, closers, the owner of a CPU it left
        volatile int previous = -1; // written: the holder of MOVING; the slot that is being released
        volatile long moves; // written: the holder of MOVING
        volatile long retriggered; // written: the holder of MOVING
        volatile long busy; // written: movers

        MoverSide(VectorDomain domain, String name, CpuMask affinity, Migration migration, int slot) {
            super(domain, name, affinity, migration);
            pending = domain.pending();
            register = migration.register(VectorMatrix.cpuOf(slot), VectorMatrix.vectorOf(slot));
        }
    }

    abstract static class Gap extends MoverSide {
        long g0, g1, g2, g3, g4, g5, g6, g7;

        Gap(VectorDomain domain, String name, CpuMask affinity, Migration migration, int slot) {
            super(domain, name, affinity, migration, slot);
        }
    }

    abstract static class OwnerSide extends Gap {
        final IrqHandler handler;
        volatile int state; // written: the owner that serves it
        volatile long runs; // written: the owner that serves it

        OwnerSide(
                VectorDomain domain, String name, CpuMask affinity, Migration migration, IrqHandler handler, int slot) {
            super(domain, name, affinity, migration, slot);
            this.handler = handler;
        }
    }
}
