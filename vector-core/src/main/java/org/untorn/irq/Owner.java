// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread as the owner of CPUs: one object a thread, so that "is it me" is one comparison and a CPU is claimed by one
 * compareAndSet. A thread that takes a CPU twice stores the same object twice; that is no ABA, since only that thread
 * takes it away again, or whoever finds that the thread has ended.
 */
final class Owner implements Waker {
    private static final ThreadLocal<Owner> CURRENT = ThreadLocal.withInitial(() -> new Owner(false));
    private static final ThreadLocal<Owner> FOR_A_MOMENT = ThreadLocal.withInitial(() -> new Owner(true));

    private static final VarHandle INSIDE = ConstantBootstraps.fieldVarHandle(
                    lookup(), "inside", VarHandle.class, Owner.class, Cpu.class)
            .withInvokeExactBehavior();

    private static final VarHandle SERVING = ConstantBootstraps.fieldVarHandle(
                    lookup(), "serving", VarHandle.class, Owner.class, Irq.class)
            .withInvokeExactBehavior();

    final Thread thread = Thread.currentThread();

    /**
     * The CPU that this thread is polling, or null. Written: this thread. Read: movers, after they tried to claim the
     * pending bit of the vector they left.
     *
     * <p>Set in opaque mode: the atomic exchange of the take follows, and a mover that finds the bit gone, by an
     * access of the same word, has that exchange before it, and so the mark. Cleared in release mode: a mover that finds
     * it cleared has what the poll served and put back before it. Held by Cpu_01_TakenOrMarked.
     */
    private volatile Cpu inside;

    private volatile Irq serving;

    /** What the handler that ran last threw, until it is reported. This thread only. */
    Throwable error;

    /** True while it does what others asked for, and may call their listeners: no poll, no release. This thread only. */
    boolean isServing;

    /** Whether it does the work of an owner that is missing, for a moment. */
    final boolean standsIn;

    private Owner(boolean standsIn) {
        this.standsIn = standsIn;
        isServing = standsIn;
    }

    /** An owner that sleeps nowhere else sleeps in {@code LockSupport.park}. */
    @Override
    public void wake() {
        LockSupport.unpark(thread);
    }

    /** The interrupt whose handler is running, or null. Set by this thread only; others only name it: opaque. */
    void serving(Irq irq) {
        SERVING.setOpaque(this, irq);
    }

    Irq serving() {
        return (Irq) SERVING.getOpaque(this);
    }

    /** This thread only. */
    void enter(Cpu cpu) {
        INSIDE.setOpaque(this, cpu);
    }

    /** This thread only. */
    void leave() {
        INSIDE.setRelease(this, (Cpu) null);
    }

    Cpu inside() {
        return inside;
    }

    /** The calling thread in place of an owner that is missing: another one, so that user code called meanwhile cannot own. */
    static Owner forAMoment() {
        return FOR_A_MOMENT.get();
    }

    static Owner current() {
        return CURRENT.get();
    }
}
