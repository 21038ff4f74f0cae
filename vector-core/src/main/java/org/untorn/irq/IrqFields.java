// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.untorn.matrix.CpuMask;
import org.untorn.msi.MessageRegister;
import org.untorn.pending.PendingBitmap;

/**
 * The fields of an {@link Irq} and their moded accessors, a class a rung because HotSpot lays out a superclass before
 * its subclass: cold fields first, since the object before this one may end hot; then what raisers read and movers
 * write; then, at least 64 bytes on, what the owner writes at every run. IrqLayoutTest in stress-tests measures it.
 */
final class IrqFields {
    private IrqFields() {}

    abstract static class Cold {
        private static final VarHandle WISH = field("wish", Cold.class, Wish.class);

        final VectorDomain domain;
        final String name;
        final Migration migration;
        final boolean managed;
        final boolean retriggers; // after every move
        volatile CpuMask affinity; // written: the holder of MOVING
        private volatile Wish wish; // written: movers
        long c0, c1, c2, c3;

        Cold(VectorDomain.IrqBuilder builder) {
            domain = builder.domain;
            name = builder.name;
            migration = builder.migration;
            managed = builder.managed;
            retriggers = builder.retriggers;
            affinity = builder.affinity();
        }

        final Wish wish() {
            return wish;
        }

        final boolean compareAndSetWish(Wish expected, Wish value) {
            return WISH.compareAndSet(this, expected, value);
        }

        final Wish getAndSetWish(Wish value) {
            return (Wish) WISH.getAndSet(this, value);
        }
    }

    abstract static class MoverSide extends Cold {
        private static final VarHandle CONTROL = field("control", MoverSide.class, int.class);
        private static final VarHandle MOVES = field("moves", MoverSide.class, long.class);
        private static final VarHandle RETRIGGERED = field("retriggered", MoverSide.class, long.class);
        private static final VarHandle BUSY = field("busy", MoverSide.class, long.class);
        private static final VarHandle COUNT =
                MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

        final MessageRegister register; // read: raisers
        final PendingBitmap[] pending; // of each CPU; read: raisers
        final long[] counts; // of each Cause, from STRIDE on; null unless the domain counts; written: raisers
        private volatile int control; // written: movers, maskers, closers, the owner of a CPU it left
        private volatile long moves; // written: the holder of MOVING; its readers are racy by contract: opaque
        private volatile long retriggered; // likewise
        private volatile long busy; // written: movers

        MoverSide(VectorDomain.IrqBuilder builder, MessageRegister register, int control) {
            super(builder);
            this.register = register;
            this.control = control;
            pending = domain.pending();
            counts = domain.newCounts();
        }

        final int control() {
            return control;
        }

        final boolean compareAndSetControl(int expected, int value) {
            return CONTROL.compareAndSet(this, expected, value);
        }

        final int getAndBitwiseOrControl(int bits) {
            return (int) CONTROL.getAndBitwiseOr(this, bits);
        }

        final int getAndBitwiseAndControl(int bits) {
            return (int) CONTROL.getAndBitwiseAnd(this, bits);
        }

        final int getAndAddControl(int more) {
            return (int) CONTROL.getAndAdd(this, more);
        }

        final long movesOpaque() {
            return (long) MOVES.getOpaque(this);
        }

        final void setMovesOpaque(long value) {
            MOVES.setOpaque(this, value);
        }

        final long retriggeredOpaque() {
            return (long) RETRIGGERED.getOpaque(this);
        }

        final void setRetriggeredOpaque(long value) {
            RETRIGGERED.setOpaque(this, value);
        }

        final long busyCount() {
            return busy;
        }

        final long incrementBusy() {
            return (long) BUSY.getAndAdd(this, 1L);
        }

        final long count(int cause) {
            return counts == null ? 0L : (long) COUNT.getVolatile(counts, Cause.STRIDE + cause);
        }

        final long incrementCount(int cause) {
            return (long) COUNT.getAndAdd(counts, Cause.STRIDE + cause, 1L);
        }
    }

    abstract static class Gap extends MoverSide {
        long g0, g1, g2, g3, g4, g5, g6, g7;
        int hole; // HotSpot would fill the one above with the state

        Gap(VectorDomain.IrqBuilder builder, MessageRegister register, int control) {
            super(builder, register, control);
        }
    }

    abstract static class OwnerSide extends Gap {
        private static final VarHandle STATE = field("state", OwnerSide.class, int.class);
        private static final VarHandle RUNS = field("runs", OwnerSide.class, long.class);

        final IrqHandler handler;
        private volatile int state; // written: the owner that serves it
        private volatile long runs; // written: the owner that serves it

        OwnerSide(VectorDomain.IrqBuilder builder, MessageRegister register, int control) {
            super(builder, register, control);
            handler = builder.handler;
        }

        final int state() {
            return state;
        }

        final boolean compareAndSetState(int expected, int value) {
            return STATE.compareAndSet(this, expected, value);
        }

        final void setStateRelease(int value) {
            STATE.setRelease(this, value);
        }

        final long runsOpaque() {
            return (long) RUNS.getOpaque(this);
        }

        final void setRunsOpaque(long value) {
            RUNS.setOpaque(this, value);
        }
    }

    private static VarHandle field(String name, Class<?> owner, Class<?> type) {
        return ConstantBootstraps.fieldVarHandle(lookup(), name, VarHandle.class, owner, type)
                .withInvokeExactBehavior();
    }
}
