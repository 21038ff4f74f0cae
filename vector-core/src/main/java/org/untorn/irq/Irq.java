// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.untorn.matrix.CpuMask;
import org.untorn.msi.MessageRegister;
import org.untorn.msi.PairedRegister;
import org.untorn.pending.PendingBitmap;

/**
 * One source of interrupts: a handler, the CPU and vector it is delivered to, and the means to move it while it fires.
 *
 * <p><b>Roles.</b> Every operation may be called by any thread, together with every other, and from within handlers and
 * listeners.
 *
 * <p><b>Progress.</b> {@link #raise}, {@link #retrigger}, {@link #mask} and {@link #unmask} are lock-free: a raise is
 * repeated only if the interrupt was moved under it. Where the owner of its CPU sleeps they call its {@link Waker}, and are
 * what that is. {@link #setAffinity} and {@link #close} never wait; who meets another one in progress is told so. None of
 * them runs a handler, and none allocates.
 *
 * <p><b>Memory.</b> What happens-before a raise happens-before the run that answers it. A run happens-before the next run,
 * also when they are on different CPUs, and before what follows a {@link #mask} or {@link #isClosed} that answers that none
 * is in service.
 *
 * <p><b>Callbacks.</b> A move or a close that leaves a CPU without owner does that owner's work, and may so tell callbacks
 * of deferred moves, of any interrupt, on the calling thread, with no lock held; the interrupt whose move led there is {@link
 * MoveResult#BUSY} for them, and poll and release are refused. What they throw goes to the domain's {@link
 * ErrorHandler}.
 *
 * <p>Interrupts are compared by identity; names need not differ.
 *
 * <p>Source: Linux, {@code msi_set_affinity} and commit 6f1a4891a592; DESIGN.md, 4.
 */
public final class Irq extends IrqFields.Tail {
    /*
     * Overview: raise reads the register, sets the pending bit of that CPU and vector, and asks the register whether the
     * message is still there. Moves and all else that writes the register are in Mover.
     *
     * I3 The handler runs only between the state's compareAndSet IDLE -> RUNNING and its store of IDLE.
     * (I1, I2, I4: Mover.)
     *
     * M1 raise: set the bit, then re-read the register. mover: write the register, then look at the old bit. Full-mode
     *    accesses on both sides, so at least one of them sees the other's.
     * M2 close, mask: set the bit in control, then read the state. serve: set RUNNING, then read control. Likewise.
     * M3 The store of IDLE is a release of what the handler wrote; the next compareAndSet acquires it. No more is needed:
     *    who still sees RUNNING raises again and looks later. Held by Irq_02_RunsDoNotOverlap.
     * M4 The count of runs is written between the two by one thread at a time; its readers are racy by contract: opaque.
     * M5 HELD is set by a compareAndSet that also finds its reason, and lifted together with the reason by another. A
     *    raise that finds HELD set writes it again: the read-modify-write is the fence that PendingBitmap, M2, needs.
     * M6 Set the bit, or find it set behind a full fence, then look whether the owner sleeps (PendingBitmap, M4). Only at
     *    the place the interrupt is at: a bit at one that was left is passed on by whoever left it, or is a stray. Held by
     *    Cpu_05_SleepVersusRaise.
     */
    static final int RAN = 0;
    static final int HANDED_OFF = 1;
    static final int STRAY = 2;
    static final int HELD_BACK = 3;

    private static final int IDLE = 0;
    private static final int RUNNING = 1;

    Irq(VectorDomain.IrqBuilder builder, MessageRegister register, int control) {
        super(builder, register, control);
    }

    // ---- raiser: any thread ----

    /**
     * Signals: makes the interrupt pending where it is. Lock-free; allocates nothing, runs no handler.
     *
     * @return {@link RaiseResult#RAISED} or {@link RaiseResult#COALESCED}: a run will start that sees what was written
     *     before this call, unless the interrupt is closed first, and not before it is unmasked; {@link
     *     RaiseResult#HELD}: likewise, once a CPU it may be on is online; {@link RaiseResult#CLOSED}: nothing was done
     */
    public RaiseResult raise() {
        return signal(Cause.RAISED);
    }

    /**
     * Makes the interrupt pending again, as if its device had raised it. May be called from anywhere: any thread, inside
     * any handler or listener, inside a move, while holding any lock. Never blocks, allocates nothing, runs no handler.
     *
     * @return as {@link #raise}
     */
    public RaiseResult retrigger() {
        return signal(Cause.RETRIGGERED);
    }

    RaiseResult signal(int cause) {
        MessageRegister register = this.register;
        if (register instanceof PairedRegister paired && counts == null) { // no dispatch on the way most signals take
            for (; ; ) {
                long reading = paired.read();
                int vector = MessageRegister.vector(reading);
                if (vector == 0) {
                    break;
                }
                PendingBitmap bitmap = pending[MessageRegister.destination(reading)];
                boolean raised = bitmap.raise(vector);
                if (paired.isCurrent(reading)) { // M1
                    if (bitmap.isArmed()) { // M6
                        wake(reading);
                    }
                    return raised ? RaiseResult.RAISED : RaiseResult.COALESCED;
                }
            }
        }
        return signal(register, cause);
    }

    private RaiseResult signal(MessageRegister register, int cause) {
        for (int why = cause; ; ) {
            long reading = register.read();
            int vector = MessageRegister.vector(reading);
            if (vector == 0) {
                RaiseResult held = hold();
                if (held != null) {
                    return held;
                }
                continue; // the register was programmed again meanwhile
            }
            PendingBitmap bitmap = pending[MessageRegister.destination(reading)];
            boolean raised = bitmap.raise(vector);
            if (counts != null) {
                incrementCount(why);
                if (!raised) {
                    incrementCount(Cause.COALESCED);
                }
                why = Cause.REPEATED;
            }
            if (register.isCurrent(reading)) { // M1
                if (bitmap.isArmed()) { // M6
                    wake(reading);
                }
                return raised ? RaiseResult.RAISED : RaiseResult.COALESCED;
            }
        }
    }

    private void wake(long reading) {
        domain.cpu(MessageRegister.destination(reading)).wake();
    }

    /** The register names no place: says why, or null if it does now. */
    private RaiseResult hold() {
        for (; ; ) {
            int before = control();
            if ((before & Mover.CLOSING) != 0) {
                return RaiseResult.CLOSED;
            }
            if ((before & Mover.DETACHED) == 0) {
                return null;
            }
            if (compareAndSetControl(before, before | Mover.HELD)) { // M5
                return RaiseResult.HELD;
            }
        }
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
        domain.checkCpus(mask);
        return Mover.setAffinity(this, mask);
    }

    /**
     * As {@link #setAffinity(CpuMask)}, but a move that is {@link MoveResult#BUSY} or {@link MoveResult#NOT_OWNER} is
     * kept, and made at the next opportunity: when the old vector is released, or when the owner of the CPU it is on
     * ends a poll. Only the latest such wish is kept.
     *
     * @param mask must not be null
     * @param whenDone is told the result once, on the thread that finds it: at once, at the opportunity, or {@link
     *     MoveResult#CANCELLED} if a later call or {@link #cancelMove} took its place; null if nobody wants to know
     * @return the result if it was found at once; {@link MoveResult#DEFERRED} if the wish is kept
     * @throws IndexOutOfBoundsException if the mask holds a CPU that the domain does not have; nothing was changed
     */
    public MoveResult setAffinity(CpuMask mask, Consumer<? super MoveResult> whenDone) {
        Objects.requireNonNull(mask, "mask");
        domain.checkCpus(mask);
        return Mover.setAffinityOrDefer(this, new Wish(mask, whenDone));
    }

    /**
     * Gives up a move that was deferred. A move that was begun is not undone.
     *
     * @return true if there was one; its callback is told {@link MoveResult#CANCELLED}
     */
    public boolean cancelMove() {
        Wish before = getAndSetWish(null);
        if (before != null) {
            before.done(this, MoveResult.CANCELLED);
        }
        return before != null;
    }

    // ---- masker: any thread ----

    /**
     * Holds the interrupt back: no new run starts until {@link #unmask}. What is raised meanwhile runs once after it. Not
     * nested: masking twice is masking once, so that a forgotten unmask elsewhere cannot silence it for good; who masks
     * from two places keeps a count.
     *
     * @return true if no run is in service any more; false if one is, on another thread or on the caller's own stack: it
     *     is the last
     */
    public boolean mask() {
        getAndBitwiseOrControl(Mover.MASKED); // M2
        return state() == IDLE;
    }

    /**
     * Lets the interrupt run again. If it was raised meanwhile, it is pending when this returns.
     *
     * @return true if it was masked
     */
    public boolean unmask() {
        for (; ; ) {
            int before = control();
            if ((before & Mover.MASKED) == 0) {
                return false;
            }
            int lifted = (before & Mover.DETACHED) == 0 ? Mover.MASKED | Mover.HELD : Mover.MASKED;
            if (compareAndSetControl(before, before & ~lifted)) { // M5
                if ((before & lifted & Mover.HELD) != 0) {
                    signal(Cause.REPLAYED);
                }
                return true;
            }
        }
    }

    /**
     * Whether the interrupt is masked.
     *
     * @return true between {@link #mask} and {@link #unmask}
     */
    public boolean isMasked() {
        return (control() & Mover.MASKED) != 0;
    }

    /**
     * Whether the interrupt is shut down: managed, and no CPU it may be on is online.
     *
     * @return true if it is; raises are held until one comes online
     */
    public boolean isShutDown() {
        return (control() & (Mover.DETACHED | Mover.MOVING | Mover.CLOSED)) == Mover.DETACHED;
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
        getAndBitwiseOrControl(Mover.CLOSING); // M2
        cancelMove();
        Mover.shutDownIfClosing(this);
        return isClosed() ? CloseResult.CLOSED : CloseResult.CLOSING;
    }

    /**
     * Whether the handler is not running and will never run again.
     *
     * @return true once {@link #close} has completed
     */
    public boolean isClosed() {
        int before = control();
        if ((before & Mover.ENDED) != 0) {
            return true;
        }
        if ((before & Mover.CLOSED) == 0 || state() != IDLE) { // M2
            return false;
        }
        getAndBitwiseOrControl(Mover.ENDED); // for good: a late owner that only looks makes it RUNNING for a moment
        return true;
    }

    /**
     * Waits until {@link #isClosed}; the one operation that waits. Not to be called from within its own handler, which
     * it would wait for. Does not close it, and looks every 10 microseconds.
     *
     * @param timeoutNanos how long to wait at most, nanoseconds; 0 or less looks once
     * @return true if it is closed, false if the time is up
     * @throws InterruptedException if the thread is interrupted, before or meanwhile, and it is not closed
     */
    public boolean awaitClosed(long timeoutNanos) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        while (!isClosed()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            LockSupport.parkNanos(10_000);
        }
        return true;
    }

    // ---- owner of a CPU ----

    /** Runs the handler, unless it is running elsewhere (then it is raised again), masked or closed. Throws nothing. */
    int serve(Owner me, int vector) {
        if (!compareAndSetState(IDLE, RUNNING)) { // I3
            signal(Cause.HANDED_OFF);
            return HANDED_OFF;
        }
        try {
            int refused = refusal();
            if (refused != RAN) {
                return refused;
            }
            setRunsOpaque(runsOpaque() + 1); // M4
            me.serving(vector);
            handler.onInterrupt(this);
        } catch (Throwable thrown) {
            me.error = thrown;
            if (thrown instanceof InterruptedException) {
                me.thread.interrupt(); // meant for the thread, not for this handler
            }
        } finally {
            setStateRelease(IDLE); // M3
        }
        return RAN;
    }

    /** Why it must not run, or RAN if it may. */
    private int refusal() {
        for (; ; ) {
            int before = control(); // M2
            if ((before & (Mover.CLOSING | Mover.MASKED)) == 0) {
                return RAN;
            }
            if ((before & Mover.CLOSING) != 0) {
                return STRAY;
            }
            if (compareAndSetControl(before, before | Mover.HELD)) { // M5
                return HELD_BACK;
            }
        }
    }

    // ---- observer: any thread ----

    /**
     * Where the next raise will be delivered.
     *
     * @return the CPU and vector, read at once; null if closed, shut down, or in the middle of a masked move
     */
    public Target target() {
        long reading = register.read();
        int vector = MessageRegister.vector(reading);
        return vector == 0 ? null : new Target(MessageRegister.destination(reading), vector);
    }

    /**
     * The CPUs it may be on.
     *
     * @return the mask it was opened with, or that was last accepted by {@link #setAffinity(CpuMask)}
     */
    public CpuMask affinity() {
        return affinity;
    }

    /**
     * Whether it has a vector reserved on each CPU of its affinity, stays within them, and is shut down without them.
     *
     * @return true if it was opened so
     */
    public boolean isManaged() {
        return managed;
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
        return runsOpaque();
    }

    /**
     * How often it was moved to another CPU.
     *
     * @return the count; racy while it moves
     */
    public long moves() {
        return movesOpaque();
    }

    /**
     * How many moves retriggered it, because it was pending at the place it left, or might have been, or because it asked
     * for it when it was opened.
     *
     * @return the count; racy while it moves
     */
    public long retriggered() {
        return retriggeredOpaque();
    }

    /**
     * How often it was raised and was not closed, shut down or in the middle of a masked move.
     *
     * @return the count; 0 unless the domain counts
     */
    public long raised() {
        return count(Cause.RAISED);
    }

    /**
     * How often a raise or the like was repeated, because the interrupt was moved under it.
     *
     * @return the count; 0 unless the domain counts
     */
    public long repeated() {
        return count(Cause.REPEATED);
    }

    /**
     * How often a raise or the like found it pending already.
     *
     * @return the count; 0 unless the domain counts
     */
    public long coalesced() {
        return count(Cause.COALESCED);
    }

    /**
     * How many moves were refused as {@link MoveResult#BUSY}.
     *
     * @return the count
     */
    public long busy() {
        return busyCount();
    }

    @Override
    public String toString() {
        return name + " " + register.message();
    }
}
