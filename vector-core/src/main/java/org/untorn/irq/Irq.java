// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.untorn.matrix.CpuMask;
import org.untorn.matrix.VectorMatrix;
import org.untorn.msi.MessageRegister;
import org.untorn.msi.PairedRegister;

/**
 * One source of interrupts: a handler, the CPU and vector it is delivered to, and the means to move it while it fires.
 *
 * <p><b>Roles.</b> Every operation may be called by any thread, together with every other, and from within handlers.
 *
 * <p><b>Progress.</b> {@link #raise} and {@link #retrigger} are lock-free: they are repeated only if the interrupt was
 * moved under them. {@link #setAffinity} and {@link #close} never wait; who meets another one in progress is told so.
 * None of them runs a handler, and none but {@code close} allocates.
 *
 * <p><b>Memory.</b> What happens-before a raise happens-before the run that answers it. A run happens-before the next
 * run, also when they are on different CPUs.
 *
 * <p>Source: Linux, {@code msi_set_affinity} and commit 6f1a4891a592; DESIGN.md, 4.
 */
public final class Irq extends IrqFields.OwnerSide {
    /*
     * Overview: raise reads the register, sets the pending bit of that CPU and vector, and asks the register whether the
     * message is still there. A move installs the interrupt at the new place, rewrites the register (Migration), claims
     * the old pending bit, and leaves the old vector to the owner of its CPU.
     *
     * I1 The register is written only by the thread that holds MOVING in control.
     * I2 From before the register names a place until its owner released that vector, the slot there holds this
     *    interrupt. At most two places at once: the current one, and while RELEASING the previous one.
     * I3 The handler runs only between the state's compareAndSet IDLE -> RUNNING and its store of IDLE.
     *
     * M1 raise: set the bit, then re-read the register. mover: write the register, then look at the old bit. Full-mode
     *    accesses on both sides, so at least one of them sees the other's.
     * M2 close: set CLOSING, then read the state. serve: set RUNNING, then read control. Likewise.
     * M3 The store of IDLE is a release of what the handler wrote; the next compareAndSet acquires it. No more is needed:
     *    who still sees RUNNING raises again and looks later. Held by Irq_02_RunsDoNotOverlap.
     * M4 The count of runs is written between the two by one thread at a time; its readers are racy by contract: opaque.
     */
    static final int RAN = 0;
    static final int HANDED_OFF = 1;
    static final int STRAY = 2;

    private static final int IDLE = 0;
    private static final int RUNNING = 1;

    // control
    private static final int MOVING = 1; // somebody may write the register
    private static final int RELEASING = 1 << 1; // the previous vector is not released yet
    private static final int CLOSING = 1 << 2; // no new run starts
    private static final int CLOSED = 1 << 3; // the register is unprogrammed, the current vector is leaving

    private static final VarHandle CONTROL = ConstantBootstraps.fieldVarHandle(
                    lookup(), "control", VarHandle.class, IrqFields.MoverSide.class, int.class)
            .withInvokeExactBehavior();
    private static final VarHandle BUSY = ConstantBootstraps.fieldVarHandle(
                    lookup(), "busy", VarHandle.class, IrqFields.MoverSide.class, long.class)
            .withInvokeExactBehavior();
    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
                    lookup(), "state", VarHandle.class, IrqFields.OwnerSide.class, int.class)
            .withInvokeExactBehavior();
    private static final VarHandle RUNS = ConstantBootstraps.fieldVarHandle(
                    lookup(), "runs", VarHandle.class, IrqFields.OwnerSide.class, long.class)
            .withInvokeExactBehavior();

    Irq(VectorDomain domain, String name, CpuMask affinity, Migration migration, IrqHandler handler, int slot) {
        super(domain, name, affinity, migration, handler, slot);
        domain.cpu(VectorMatrix.cpuOf(slot)).install(VectorMatrix.vectorOf(slot), this);
    }

    // ---- raiser: any thread ----

    /**
     * Signals: makes the interrupt pending where it is. Lock-free; allocates nothing, runs no handler.
     *
     * @return {@link RaiseResult#RAISED} or {@link RaiseResult#COALESCED}: a run will start that sees what was written
     *     before this call, unless the interrupt is closed first; {@link RaiseResult#CLOSED} if it is
     */
    public RaiseResult raise() {
        MessageRegister register = this.register;
        if (register instanceof PairedRegister paired) { // a final class: no dispatch on the way most signals take
            for (; ; ) {
                long reading = paired.read();
                int vector = MessageRegister.vector(reading);
                if (vector == 0) {
                    return RaiseResult.CLOSED;
                }
                boolean raised = pending[MessageRegister.destination(reading)].raise(vector);
                if (paired.isCurrent(reading)) { // M1
                    return raised ? RaiseResult.RAISED : RaiseResult.COALESCED;
                }
            }
        }
        return raise(register);
    }

    private RaiseResult raise(MessageRegister register) {
        for (; ; ) {
            long reading = register.read();
            int vector = MessageRegister.vector(reading);
            if (vector == 0) {
                return RaiseResult.CLOSED;
            }
            boolean raised = pending[MessageRegister.destination(reading)].raise(vector);
            if (register.isCurrent(reading)) { // M1
                return raised ? RaiseResult.RAISED : RaiseResult.COALESCED;
            }
        }
    }

    /**
     * Makes the interrupt pending again, as if its device had raised it. May be called from anywhere: any thread, inside
     * any handler, inside a move, while holding any lock. Never blocks, allocates nothing, runs no handler.
     *
     * @return as {@link #raise}
     */
    public RaiseResult retrigger() {
        return raise();
    }

    // ---- mover: any thread ----

    /**
     * Sets the CPUs this interrupt may be on, and moves it if it is on none of them. Never waits. While it moves, every
     * raise is delivered at the old place or the new one, and none is lost. What was pending at the old place runs at
     * the new one; what a poll has taken and not served runs at both (the second time spurious).
     *
     * @param mask must not be null
     * @return {@link MoveResult#MOVED} or {@link MoveResult#UNCHANGED}, or why nothing was changed
     * @throws IndexOutOfBoundsException if the mask holds a CPU that the domain does not have; nothing was changed
     */
    public MoveResult setAffinity(CpuMask mask) {
        Objects.requireNonNull(mask, "mask");
        if (mask.isEmpty()) {
            return MoveResult.EMPTY_MASK;
        }
        domain.checkCpus(mask);
        int before = control();
        if ((before & CLOSING) != 0) {
            return MoveResult.CLOSED;
        }
        if (before != 0 || !compareAndSetControl(0, MOVING)) {
            getAndAddBusy(1L);
            return MoveResult.BUSY;
        }
        try {
            return move(mask);
        } finally {
            endMove();
        }
    }

    private MoveResult move(CpuMask mask) {
        long from = register.read();
        Cpu old = domain.cpu(MessageRegister.destination(from));
        if (mask.contains(old.index())) {
            affinity = mask;
            return MoveResult.UNCHANGED;
        }
        boolean stopped = migration.stopsOldCpu() && old.owner() != Thread.currentThread();
        if (stopped && !old.claim()) {
            return MoveResult.NOT_OWNER;
        }
        try {
            int slot = domain.matrix().allocate(mask, false);
            if (slot < 0) {
                return domain.hasOnlineCpu(mask) ? MoveResult.NO_VECTOR : MoveResult.NO_ONLINE_CPU;
            }
            moveTo(slot, old, MessageRegister.vector(from));
            affinity = mask;
            return MoveResult.MOVED;
        } finally {
            if (stopped) {
                old.disown();
            }
        }
    }

    private void moveTo(int slot, Cpu old, int oldVector) {
        int cpu = VectorMatrix.cpuOf(slot);
        int vector = VectorMatrix.vectorOf(slot);
        domain.cpu(cpu).install(vector, this); // I2
        boolean mustRetrigger = migration.rewrite(register, cpu, vector, old.pending());
        boolean claimed = old.pending().clear(oldVector);
        if (mustRetrigger | claimed || old.isInside()) {
            retriggered++;
            raise();
        }
        moves++;
        previous = old.index() << 8 | oldVector;
        getAndBitwiseOrControl(RELEASING);
        old.leave(oldVector);
    }

    private void endMove() {
        getAndBitwiseAndControl(~MOVING);
        shutDownIfClosing();
    }

    /** The owner of a CPU has released a vector this interrupt had. */
    void released(int cpu, int vector) {
        if (previous == (cpu << 8 | vector)) {
            getAndBitwiseAndControl(~RELEASING);
        }
    }

    // ---- closer: any thread ----

    /**
     * Ends this interrupt. No new run starts; raises answer {@link RaiseResult#CLOSED} from some moment on; its vectors
     * are freed by the owners of their CPUs. Never waits; may be called again to see how far it has come.
     *
     * @return {@link CloseResult#CLOSED} if the handler is not running and will never run again, else {@link
     *     CloseResult#CLOSING}
     */
    public CloseResult close() {
        getAndBitwiseOrControl(CLOSING); // M2
        shutDownIfClosing();
        return isClosed() ? CloseResult.CLOSED : CloseResult.CLOSING;
    }

    /**
     * Whether the handler is not running and will never run again.
     *
     * @return true once {@link #close} has completed
     */
    public boolean isClosed() {
        return (control() & CLOSED) != 0 && state() == IDLE; // M2
    }

    /** Whoever is the last to be in the way of a close completes it: the closer, or the mover it met. */
    private void shutDownIfClosing() {
        for (; ; ) {
            int before = control();
            if ((before & CLOSING) == 0 || (before & (MOVING | CLOSED)) != 0) {
                return;
            }
            if (compareAndSetControl(before, before | MOVING | CLOSED)) {
                long last = register.read();
                migration.unprogram(register);
                domain.cpu(MessageRegister.destination(last)).leave(MessageRegister.vector(last));
                getAndBitwiseAndControl(~MOVING);
                return;
            }
        }
    }

    // ---- owner of a CPU ----

    /** Runs the handler, unless it is running elsewhere (then it is raised again) or closed. Throws nothing. */
    int serve(Owner me) {
        if (!compareAndSetState(IDLE, RUNNING)) { // I3
            raise();
            return HANDED_OFF;
        }
        try {
            if ((control() & CLOSING) != 0) { // M2
                return STRAY;
            }
            setRuns(runs() + 1); // M4
            handler.onInterrupt(this);
        } catch (Throwable thrown) {
            me.error = thrown;
        } finally {
            setStateRelease(IDLE); // M3
        }
        return RAN;
    }

    /** Its owner found it pending at a place it has left. */
    void forward() {
        raise();
    }

    // ---- observer: any thread ----

    /**
     * Where the next raise will be delivered.
     *
     * @return the CPU and vector, read at once; null if closed
     */
    public Target target() {
        long reading = register.read();
        int vector = MessageRegister.vector(reading);
        return vector == 0 ? null : new Target(MessageRegister.destination(reading), vector);
    }

    /**
     * The CPUs it may be on.
     *
     * @return the mask it was opened with, or that was last accepted by {@link #setAffinity}
     */
    public CpuMask affinity() {
        return affinity;
    }

    /**
     * Its name.
     *
     * @return as given when it was opened
     */
    public String name() {
        return name;
    }

    /**
     * How many runs of its handler were started.
     *
     * @return the count; racy while it runs
     */
    public long runs() {
        return (long) RUNS.getOpaque((IrqFields.OwnerSide) this);
    }

    /**
     * How often it was moved to another CPU.
     *
     * @return the count; racy while it moves
     */
    public long moves() {
        return moves;
    }

    /**
     * How many moves retriggered it, because it was pending at the place it left, or might have been.
     *
     * @return the count; racy while it moves
     */
    public long retriggered() {
        return retriggered;
    }

    /**
     * How many moves were refused as {@link MoveResult#BUSY}.
     *
     * @return the count
     */
    public long busy() {
        return busy;
    }

    @Override
    public String toString() {
        return name + " " + register.message();
    }

    // ---- moded accessors: no suffix means full (volatile) mode ----

    private int control() {
        return (int) CONTROL.getVolatile((IrqFields.MoverSide) this);
    }

    private boolean compareAndSetControl(int expected, int value) {
        return CONTROL.compareAndSet((IrqFields.MoverSide) this, expected, value);
    }

    private int getAndBitwiseOrControl(int bits) {
        return (int) CONTROL.getAndBitwiseOr((IrqFields.MoverSide) this, bits);
    }

    private int getAndBitwiseAndControl(int bits) {
        return (int) CONTROL.getAndBitwiseAnd((IrqFields.MoverSide) this, bits);
    }

    private void getAndAddBusy(long more) {
        long before = (long) BUSY.getAndAdd((IrqFields.MoverSide) this, more);
        assert before >= 0L;
    }

    private int state() {
        return (int) STATE.getVolatile((IrqFields.OwnerSide) this);
    }

    private boolean compareAndSetState(int expected, int value) {
        return STATE.compareAndSet((IrqFields.OwnerSide) this, expected, value);
    }

    private void setRuns(long value) {
        RUNS.setOpaque((IrqFields.OwnerSide) this, value);
    }

    private void setStateRelease(int value) {
        STATE.setRelease((IrqFields.OwnerSide) this, value);
    }
}
