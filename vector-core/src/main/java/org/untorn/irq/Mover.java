// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import org.untorn.matrix.CpuMask;
import org.untorn.matrix.VectorMatrix;
import org.untorn.msi.MessageRegister;

/**
 * All that writes the register of an interrupt: moves, shut-down, restart, close. Each takes the right to do so by one
 * compareAndSet and never waits for it.
 */
final class Mover {
    /*
     * I1 The register is written only by the thread that holds MOVING in control.
     * I2 From before the register names a place until its owner released that vector, the slot there holds this
     *    interrupt. The places that are being left are counted in control: one at most, but for a CPU that goes offline
     *    before the last one was released, and for a close.
     * I4 While the register is unprogrammed, control says why: CLOSING, or DETACHED (shut down, or in the middle of a
     *    masked move). Then a raise sets HELD, and whoever lifts DETACHED replays it.
     * I5 Whoever gives MOVING back completes what met it: a close, a move that was deferred, a CPU going offline.
     * I6 A managed interrupt has one vector at most on each CPU, its own reservation: it is neither moved on nor restarted
     *    before the last place it left is released, and the release sees to it.
     */
    static final int MOVING = 1; // somebody may write the register
    static final int CLOSING = 1 << 1; // no new run starts
    static final int CLOSED = 1 << 2; // the register is unprogrammed for good
    static final int MASKED = 1 << 3; // no new run starts until unmask
    static final int DETACHED = 1 << 4; // the register names no place for the time being
    static final int HELD = 1 << 5; // raised while masked or detached
    static final int GIVES_BACK = 1 << 6; // has a reservation or a table entry to give back once it is closed
    static final int ENDED = 1 << 7; // closed, and was seen not running
    static final int AGAIN = 1 << 8; // somebody met MOVING and wants this looked at when it is given back
    static final int LEAVING = 1 << 9; // bits 31:9: the number of places being left
    private static final int ANY_LEAVING = -LEAVING;

    private Mover() {}

    // ---- open ----

    /** Opens an interrupt, or returns null if no CPU of its affinity is online and has a vector for it. */
    static Irq open(VectorDomain.IrqBuilder builder) {
        VectorDomain domain = builder.domain;
        CpuMask mask = builder.affinity();
        MessageRegister register = builder.migration.register();
        if (register == null) {
            return null;
        }
        int gives = builder.managed || builder.migration.disposes() ? GIVES_BACK : 0;
        boolean reserved = builder.managed && domain.matrix().reserveManaged(mask) >= 0;
        int slot = builder.managed && !reserved ? -1 : allocate(domain, mask, builder.managed);
        if (slot < 0 && !reserved) {
            builder.migration.dispose(register);
            return null;
        }
        if (slot < 0) {
            Irq irq = new Irq(builder, register, gives | DETACHED);
            domain.addShutDown(irq);
            restart(irq); // a CPU may have come online before it was on the list
            closeWithDomain(irq);
            return irq;
        }
        builder.migration.program(register, VectorMatrix.cpuOf(slot), VectorMatrix.vectorOf(slot));
        Irq irq = new Irq(builder, register, gives);
        domain.cpu(VectorMatrix.cpuOf(slot)).install(VectorMatrix.vectorOf(slot), irq); // nobody can raise it yet
        goOnIfLeaving(irq);
        closeWithDomain(irq);
        return irq;
    }

    // ---- move ----

    static MoveResult setAffinity(Irq irq, CpuMask mask) {
        if (mask.isEmpty()) {
            return MoveResult.EMPTY_MASK;
        }
        if (irq.managed) {
            return MoveResult.MANAGED;
        }
        if (!take(irq, CLOSING | ANY_LEAVING, 0)) {
            if ((irq.control() & CLOSING) != 0) {
                return MoveResult.CLOSED;
            }
            irq.incrementBusy();
            Events.busy(irq);
            return MoveResult.BUSY;
        }
        try {
            return moveWithin(irq, mask);
        } finally {
            end(irq);
        }
    }

    /** Takes MOVING, unless it is taken (then leaves a mark, if there is one to leave) or a refusing bit is set. */
    private static boolean take(Irq irq, int refusing, int mark) {
        for (; ; ) {
            int before = irq.control();
            if ((before & refusing) != 0) {
                return false;
            }
            boolean taken = (before & MOVING) != 0;
            if (irq.compareAndSetControl(before, before | (taken ? mark : MOVING))) {
                return !taken;
            }
        }
    }

    private static MoveResult moveWithin(Irq irq, CpuMask mask) {
        VectorDomain domain = irq.domain;
        long from = irq.register.read();
        Cpu old = domain.cpu(MessageRegister.destination(from));
        if (mask.contains(old.index())) {
            irq.affinity = mask;
            return MoveResult.UNCHANGED;
        }
        boolean claimed = irq.migration.stopsOldCpu() && old.owner() != Thread.currentThread();
        if (claimed && !old.claimForAMoment()) {
            return MoveResult.NOT_OWNER;
        }
        try {
            int slot = allocate(domain, mask, false);
            if (slot < 0) {
                return domain.hasOnlineCpu(mask) ? MoveResult.NO_VECTOR : MoveResult.NO_ONLINE_CPU;
            }
            moveTo(irq, slot, old, MessageRegister.vector(from), false);
            irq.affinity = mask;
            return MoveResult.MOVED;
        } finally {
            if (claimed) {
                old.disown();
            }
        }
    }

    private static int allocate(VectorDomain domain, CpuMask mask, boolean managed) {
        return managed ? domain.matrix().allocateManaged(mask) : domain.matrix().allocate(mask, false);
    }

    /** The move itself; the caller holds MOVING. */
    private static void moveTo(Irq irq, int slot, Cpu old, int oldVector, boolean always) {
        long begun = Events.begin();
        int cpu = VectorMatrix.cpuOf(slot);
        int vector = VectorMatrix.vectorOf(slot);
        irq.domain.cpu(cpu).install(vector, irq); // I2
        boolean detaches = irq.migration.detaches();
        if (detaches) {
            irq.getAndBitwiseOrControl(DETACHED); // I4
        }
        boolean mustRetrigger = irq.migration.rewrite(irq.register, cpu, vector, old);
        if (detaches) {
            attach(irq);
        }
        boolean retriggered = takeAlong(irq, old, oldVector, mustRetrigger | always | irq.retriggers);
        irq.setMovesOpaque(irq.movesOpaque() + 1);
        boolean vacated =
                !irq.managed && old.vacateAtOnce(oldVector); // who asks for it meets MOVING: end() sees to him
        if (!vacated) {
            leave(irq, old, oldVector);
        }
        Events.move(irq, old.index(), oldVector, cpu, vector, retriggered, begun);
    }

    /** What is pending at the old place, or was taken there by a poll that may be stuck, is raised at the new one. */
    private static boolean takeAlong(Irq irq, Cpu old, int oldVector, boolean mustRetrigger) {
        boolean claimed = old.pending().clear(oldVector);
        if (claimed && irq.counts != null) {
            irq.incrementCount(Cause.CLAIMED);
        }
        boolean retrigger = mustRetrigger | claimed || old.mayHaveTaken(irq);
        if (retrigger) {
            irq.setRetriggeredOpaque(irq.retriggeredOpaque() + 1);
            irq.signal(Cause.RETRIGGERED);
        }
        return retrigger;
    }

    private static void leave(Irq irq, Cpu old, int oldVector) {
        irq.getAndAddControl(LEAVING); // before the request: whoever serves it subtracts
        old.leave(oldVector);
    }

    /** The register names a place again: replays what was held; if it is masked too, the next poll holds it once more. */
    private static void attach(Irq irq) {
        if ((irq.getAndBitwiseAndControl(~(DETACHED | HELD)) & HELD) != 0) { // Irq, M5
            irq.signal(Cause.REPLAYED);
        }
    }

    private static void end(Irq irq) {
        endWhereItIs(irq);
        goOnIfLeaving(irq);
    }

    private static void endWhereItIs(Irq irq) {
        giveBack(irq);
        grantWish(irq); // I5
    }

    /** Gives MOVING back, and looks at what met it (I5). */
    private static void giveBack(Irq irq) {
        int before = irq.getAndBitwiseAndControl(~(MOVING | AGAIN));
        closeWithDomain(irq);
        shutDownIfClosing(irq);
        if ((before & AGAIN) != 0) {
            restart(irq);
            goOnIfLeaving(irq);
        }
    }

    /** Closing the domain may have missed an interrupt that was on its way. */
    private static void closeWithDomain(Irq irq) {
        if (irq.domain.isClosed()) {
            irq.close();
        }
    }

    private static void goOnIfLeaving(Irq irq) {
        long reading = irq.register.read();
        if (MessageRegister.vector(reading) != 0) {
            irq.domain.cpu(MessageRegister.destination(reading)).askOwnerIfLeaving();
        }
    }

    /** The owner of a CPU has released a vector this interrupt had. */
    static void released(Irq irq) {
        int before = irq.getAndAddControl(-LEAVING);
        assert (before & ANY_LEAVING) != 0 : irq;
        giveBackIfClosed(irq);
        grantWish(irq);
        if (irq.managed && (before & ANY_LEAVING) == LEAVING) { // I6
            irq.domain.restartShutDown(); // it, or another that found its reservation in use
            goOnIfLeaving(irq);
        }
    }

    // ---- deferred moves ----

    static MoveResult setAffinityOrDefer(Irq irq, Wish wish) {
        Wish before = irq.getAndSetWish(null); // the latest wish counts
        if (before != null) {
            before.done(irq, MoveResult.CANCELLED);
        }
        MoveResult result = setAffinity(irq, wish.mask());
        if (!canDefer(result)) {
            wish.done(irq, result);
            return result;
        }
        defer(irq, wish);
        if (result == MoveResult.BUSY) {
            grantWish(irq); // what was in the way may be gone, and not have seen the wish
        }
        return MoveResult.DEFERRED;
    }

    private static boolean canDefer(MoveResult result) {
        return result == MoveResult.BUSY || result == MoveResult.NOT_OWNER;
    }

    private static void defer(Irq irq, Wish wish) {
        Wish before = irq.getAndSetWish(wish);
        if (before != null) {
            before.done(irq, MoveResult.CANCELLED);
        }
        keep(irq, wish);
    }

    /** A wish was put down: nobody may be left to grant it, or somebody has to be asked. */
    private static void keep(Irq irq, Wish wish) {
        if ((irq.control() & CLOSING) != 0) {
            if (irq.compareAndSetWish(wish, null)) {
                wish.done(irq, MoveResult.CLOSED);
            }
        } else if (irq.migration.stopsOldCpu()) {
            askOwner(irq);
        }
    }

    private static void askOwner(Irq irq) {
        long reading = irq.register.read();
        if (MessageRegister.vector(reading) != 0) {
            irq.domain.cpu(MessageRegister.destination(reading)).askOwner(MessageRegister.vector(reading));
        }
    }

    /** Makes the move that was deferred, if there is one and nothing is in the way; who is in the way does it then. */
    static void grantWish(Irq irq) {
        while (irq.wish() != null && take(irq, CLOSING | ANY_LEAVING, 0)) {
            Wish wish = irq.getAndSetWish(null);
            MoveResult result = null;
            boolean kept = false;
            try {
                result = wish == null ? null : moveWithin(irq, wish.mask());
                kept = result == MoveResult.NOT_OWNER && irq.compareAndSetWish(null, wish);
            } finally {
                giveBack(irq); // and not end(): the next wish is this loop's, and one that was kept would come back at
                // once
                if (!kept) {
                    goOnIfLeaving(irq);
                }
            }
            if (kept && irq.wish() == wish) {
                keep(irq, wish);
                return;
            }
            if (wish != null && !kept) { // who took it away after it was kept has told it
                wish.done(irq, result == MoveResult.NOT_OWNER ? MoveResult.CANCELLED : result);
            }
        }
    }

    // ---- a CPU goes offline, comes online ----

    /**
     * Moves an interrupt off a CPU that goes offline, wherever it may go; shuts it down if it is managed and may not. If
     * a mover or an earlier move is in the way, or no CPU has a vector, it stays: whoever is in the way asks again (I5,
     * I6), or a later call of offline does.
     */
    static void evict(Irq irq, Cpu dying) {
        if (!isOn(irq, dying) || !take(irq, irq.managed ? CLOSED | ANY_LEAVING : CLOSED, AGAIN)) { // I6
            return;
        }
        boolean broken = false;
        boolean detached = false;
        boolean moved = false;
        try {
            int vector = MessageRegister.vector(irq.register.read());
            if (!isOn(irq, dying)) {
                return;
            }
            int slot = allocateFor(irq);
            if (slot < 0) {
                if (irq.managed) {
                    detach(irq, dying, vector);
                    detached = true;
                    return;
                }
                slot = allocate(irq.domain, irq.domain.allCpus(), false);
                broken = slot >= 0;
            }
            if (slot >= 0 && VectorMatrix.cpuOf(slot) == dying.index()) { // it is back
                irq.domain.matrix().free(dying.index(), VectorMatrix.vectorOf(slot), irq.managed);
            } else if (slot >= 0) { // three-step's check would need the CPU to stand still: retrigger always
                moveTo(irq, slot, dying, vector, irq.migration.stopsOldCpu());
                moved = true;
            }
        } finally {
            endWhereItIs(irq);
            if (moved) {
                goOnIfLeaving(irq); // else it would come back here at once, for ever
            }
            if (detached) {
                restart(irq); // a CPU may have come online before it was on the list
            }
            if (broken && moved) {
                irq.domain.brokenAffinity(irq);
            }
        }
    }

    private static boolean isOn(Irq irq, Cpu cpu) {
        long reading = irq.register.read();
        return MessageRegister.vector(reading) != 0 && MessageRegister.destination(reading) == cpu.index();
    }

    private static int allocateFor(Irq irq) {
        Wish wish = irq.wish();
        int slot = wish == null || irq.managed ? -1 : allocate(irq.domain, wish.mask(), false);
        return slot < 0 ? allocate(irq.domain, irq.affinity, irq.managed) : slot;
    }

    private static void detach(Irq irq, Cpu old, int oldVector) {
        irq.getAndBitwiseOrControl(DETACHED); // I4: before the register says so
        irq.migration.unprogram(irq.register);
        takeAlong(irq, old, oldVector, false);
        irq.domain.addShutDown(irq);
        leave(irq, old, oldVector);
    }

    /** Starts a managed interrupt again if a CPU it may be on is online; returns whether it is not shut down any more. */
    static boolean restart(Irq irq) {
        int before = irq.control();
        if ((before & (CLOSING | DETACHED)) != DETACHED) {
            return true;
        }
        if (!take(irq, CLOSING | ANY_LEAVING, AGAIN)) { // I6
            return false;
        }
        try {
            if ((irq.control() & DETACHED) == 0) {
                return true;
            }
            int slot = allocate(irq.domain, irq.affinity, true);
            if (slot < 0) {
                return false;
            }
            int cpu = VectorMatrix.cpuOf(slot);
            int vector = VectorMatrix.vectorOf(slot);
            irq.domain.cpu(cpu).install(vector, irq); // I2
            irq.migration.program(irq.register, cpu, vector);
            irq.domain.removeShutDown(irq);
            attach(irq);
            if (irq.retriggers) {
                irq.signal(Cause.RETRIGGERED);
            }
            return true;
        } finally {
            end(irq);
        }
    }

    // ---- close ----

    /** Whoever is the last to be in the way of a close completes it: the closer, or the mover it met. */
    static void shutDownIfClosing(Irq irq) {
        for (; ; ) {
            int before = irq.control();
            if ((before & CLOSING) == 0 || (before & (MOVING | CLOSED)) != 0) {
                return;
            }
            if (irq.compareAndSetControl(before, before | MOVING)) {
                if ((before & DETACHED) != 0) {
                    irq.domain.removeShutDown(irq);
                }
                long last = irq.register.read();
                irq.migration.unprogram(irq.register);
                if (MessageRegister.vector(last) != 0) {
                    leave(irq, irq.domain.cpu(MessageRegister.destination(last)), MessageRegister.vector(last));
                }
                irq.getAndAddControl(CLOSED - MOVING); // not before: raises answer CLOSED from here on
                giveBackIfClosed(irq);
                return;
            }
        }
    }

    /** The last vector of a closed interrupt is free: gives back what else it had, once. */
    private static void giveBackIfClosed(Irq irq) {
        int before = irq.control();
        while ((before & (GIVES_BACK | CLOSED | MOVING)) == (GIVES_BACK | CLOSED) && (before & ANY_LEAVING) == 0) {
            if (irq.compareAndSetControl(before, before & ~GIVES_BACK)) {
                if (irq.managed) {
                    irq.domain.matrix().removeManaged(irq.affinity);
                }
                irq.migration.dispose(irq.register);
                return;
            }
            before = irq.control();
        }
    }
}
