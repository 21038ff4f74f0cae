// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.untorn.pending.PendingBitmap;

/**
 * A target of interrupts: a vector table, what is pending, and one owner thread at a time.
 *
 * <p><b>Roles.</b> <i>Owner</i>: the thread that claimed the CPU; it may change over time, there are never two. Only the
 * owner polls. Everything else may be called by any thread.
 *
 * <p><b>Progress.</b> {@link #claim} and {@link #release} are wait-free. {@link #poll()} is lock-free but for the
 * handlers it runs, and does not allocate.
 */
public final class Cpu {
    /*
     * Overview: poll marks its owner as inside, takes what is pending word by word, runs it, unmarks, and then, between
     * polls, releases the vectors that interrupts left.
     *
     * I1 A slot of the table goes null -> interrupt by the compareAndSet of whoever allocated the vector, and
     *    interrupt -> null by the compareAndSet of the owner between polls; never by a blind store (Linux had one for
     *    ten years: commit ce0b5eedcb75).
     * I2 A slot is emptied before its vector goes back to the matrix, so whoever is given the vector finds it empty.
     * I3 Within one poll each word is taken at most once, so each vector is served at most once.
     *
     * M1 The mark is set before the take: a mover that finds the bit of a vector gone, by an atomic access of the same
     *    word, then reads the mark and finds it, or the poll is over (Owner.inside).
     * M2 The owner tests the pending bit of a leaving vector, then removes the slot. A raiser that sets the bit later
     *    read the register before the move, re-reads its stamp after the set, and raises again at the new place. What
     *    it set is a stray.
     *
     * M3 Counters have one writer, the owner; their readers are racy by contract, and two owners are ordered by the
     *    claim. Opaque, so that a reader sees whole values, and sees them in the end.
     *
     * Layout: counters in an array with STRIDE longs at both ends: they are written at every poll, and raisers and
     * movers read the fields of this object.
     */
    private static final int STRIDE = 16; // longs: 128 bytes
    private static final int TAKEN = STRIDE;
    private static final int RUNS = STRIDE + 1;
    private static final int HANDED_OFF = STRIDE + 2;
    private static final int STRAY = STRIDE + 3;
    private static final int FORWARDED = STRIDE + 4;
    private static final int COUNTERS = 5;

    private static final VarHandle OWNER = ConstantBootstraps.fieldVarHandle(
                    lookup(), "owner", VarHandle.class, Cpu.class, Owner.class)
            .withInvokeExactBehavior();
    private static final VarHandle SLOT =
            MethodHandles.arrayElementVarHandle(Irq[].class).withInvokeExactBehavior();
    private static final VarHandle COUNTER =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final VectorDomain domain;
    private final int index;
    private final PendingBitmap pending = new PendingBitmap(VectorDomain.VECTORS);
    private final PendingBitmap leaving = new PendingBitmap(VectorDomain.VECTORS); // requests to release a vector
    private final Irq[] table = new Irq[VectorDomain.VECTORS];
    private final long[] counters = new long[STRIDE + COUNTERS + STRIDE]; // written: owner; read: any
    private volatile Owner owner; // written: claimers, owner; read: movers
    private volatile boolean requested; // written: movers after they raised a bit in leaving, owner; read: owner
    private int cursor; // owner only: where the next budgeted poll goes on

    Cpu(VectorDomain domain, int index) {
        this.domain = domain;
        this.index = index;
    }

    /**
     * The index of this CPU, which is also the destination ID of messages that name it.
     *
     * @return 0 to the domain's number of CPUs, exclusive
     */
    public int index() {
        return index;
    }

    /**
     * The thread that owns this CPU.
     *
     * @return it, or null if there is none; a snapshot
     */
    public Thread owner() {
        Owner current = owner;
        return current == null ? null : current.thread;
    }

    // ---- owner ----

    /**
     * Makes the calling thread the owner, if there is none, or the one there is has ended. What earlier owners did to
     * this CPU happens-before what follows.
     *
     * @return true if the caller is the owner now, or was already; false if another thread is
     */
    public boolean claim() {
        Owner me = Owner.current();
        Owner before = owner;
        if (before == me) {
            return true;
        }
        return (before == null || !before.thread.isAlive()) && compareAndSetOwner(before, me);
    }

    /**
     * Gives up ownership. What is pending stays pending for the next owner. Owner only, not from within a handler.
     *
     * @throws IllegalStateException if the caller is not the owner, or is inside a poll
     */
    public void release() {
        requireBetweenPolls("release");
        disown();
    }

    /** Gives up ownership, from within a handler of another CPU too: a mover that had claimed this one. */
    void disown() {
        releaseVectors();
        owner = null;
        serveIfUnowned(); // a mover that still saw an owner left its request to it
    }

    /**
     * Serves everything that is pending: takes it, lowest vector first, and runs the handlers; then releases the
     * vectors that interrupts left. Each vector is served at most once. Owner only, not from within a handler.
     *
     * @return how many handlers ran
     * @throws IllegalStateException if the caller is not the owner, or is inside a handler
     */
    public int poll() {
        Owner me = requireBetweenPolls("poll");
        long words = pending.nonEmptyWords();
        if (words == 0L && !requested) {
            return 0;
        }
        return poll(me, words, Integer.MAX_VALUE);
    }

    /**
     * Serves what is pending, but no more than a number of vectors; the rest stays pending, and the next such call goes
     * on behind the last one served, so none is starved.
     *
     * @param limit how many vectors to serve at most, 1 or more
     * @return how many handlers ran
     * @throws IllegalArgumentException if the limit is below 1
     * @throws IllegalStateException if the caller is not the owner, or is inside a handler
     */
    public int poll(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit=" + limit + ", minimum=1");
        }
        return poll(requireBetweenPolls("poll"), pending.nonEmptyWords(), limit);
    }

    private int poll(Owner me, long words, int limit) {
        int runs = words == 0L ? 0 : serve(me, words, limit);
        if (requested) {
            releaseVectors();
        }
        return runs;
    }

    private int serve(Owner me, long words, int limit) {
        int from = limit == Integer.MAX_VALUE ? 0 : cursor;
        int first = from >>> 6;
        long ahead = Long.rotateRight(words, first); // bit i stands for word (first + i) % 64
        long kept = 0L; // the vectors of the first word that lie before the cursor come last
        int word = first;
        long bits = 0L;
        int taken = 0;
        int runs = 0;
        int handedOff = 0;
        int stray = 0;
        int budget = limit;
        me.enter(this); // M1
        try {
            do {
                if (ahead != 0L) {
                    word = first + Long.numberOfTrailingZeros(ahead) & 63;
                    ahead &= ahead - 1;
                    bits = pending.takeWord(word);
                    if (word == first) {
                        kept = bits & ~(-1L << from);
                        bits ^= kept;
                    }
                } else {
                    word = first;
                    bits = kept;
                    kept = 0L;
                }
                while (bits != 0L && budget != 0) {
                    int vector = (word << 6) + Long.numberOfTrailingZeros(bits);
                    bits &= bits - 1;
                    budget--;
                    taken++;
                    Irq irq = slot(vector);
                    if (irq == null) {
                        stray++;
                        continue;
                    }
                    switch (irq.serve(me)) {
                        case Irq.RAN -> runs++;
                        case Irq.HANDED_OFF -> handedOff++;
                        default -> stray++;
                    }
                    if (me.error != null) {
                        report(me, irq);
                    }
                }
            } while (budget != 0 && (ahead | kept) != 0L);
        } finally {
            cursor = bits == 0L ? 0 : (word << 6) + Long.numberOfTrailingZeros(bits);
            pending.raiseAll(word, bits);
            pending.raiseAll(first, kept);
            me.leave();
            count(TAKEN, taken);
            count(RUNS, runs);
            count(HANDED_OFF, handedOff);
            count(STRAY, stray);
        }
        return runs;
    }

    private void report(Owner me, Irq irq) {
        Throwable error = me.error;
        me.error = null;
        domain.errorHandler().onError(irq, error);
    }

    /** Does what interrupts that left asked for: frees their old vectors. Owner only, between polls. */
    private void releaseVectors() {
        requested = false; // before the take: whoever sets it again has raised a bit again
        for (int word = 0; word < leaving.wordCount(); word++) {
            for (long bits = leaving.takeWord(word); bits != 0L; bits &= bits - 1) {
                releaseVector((word << 6) + Long.numberOfTrailingZeros(bits));
            }
        }
    }

    private void releaseVector(int vector) {
        Irq irq = slot(vector);
        if (pending.clear(vector)) { // the interrupt is elsewhere by now, so let it run there
            irq.forward();
            count(FORWARDED, 1);
        }
        if (!compareAndSetSlot(vector, irq, null)) { // M2, I1
            throw new IllegalStateException("cpu=" + index + ", vector=" + vector + ": slot changed under its owner");
        }
        domain.matrix().free(index, vector, false); // I2
        irq.released(index, vector);
    }

    // ---- mover ----

    void install(int vector, Irq irq) {
        if (!compareAndSetSlot(vector, null, irq)) {
            throw new IllegalStateException("cpu=" + index + ", vector=" + vector + ": allocated, but in use");
        }
    }

    /** Asks the owner to release a vector, or does it if there is no owner. */
    void leave(int vector) {
        leaving.raise(vector);
        requested = true;
        serveIfUnowned();
    }

    private void serveIfUnowned() {
        while (requested && owner == null && compareAndSetOwner(null, Owner.current())) {
            releaseVectors();
            owner = null;
        }
    }

    /** Whether the owner is in the middle of a poll, and may hold bits that it took and has not served. */
    boolean isInside() {
        Owner current = owner;
        return current != null && current.inside() == this;
    }

    PendingBitmap pending() {
        return pending;
    }

    // ---- counters ----

    /**
     * How many vectors were taken by polls: {@link #runs} + {@link #handedOff} + {@link #strays}.
     *
     * @return the count, as of the last poll that ended
     */
    public long taken() {
        return counter(TAKEN);
    }

    /**
     * How many handlers were run here.
     *
     * @return the count, as of the last poll that ended
     */
    public long runs() {
        return counter(RUNS);
    }

    /**
     * How often an interrupt was found running elsewhere and left to be run once more.
     *
     * @return the count, as of the last poll that ended
     */
    public long handedOff() {
        return counter(HANDED_OFF);
    }

    /**
     * How many pending vectors had no interrupt any more, or a closed one: raised by somebody who had read the message
     * before the interrupt left.
     *
     * @return the count, as of the last poll that ended
     */
    public long strays() {
        return counter(STRAY);
    }

    /**
     * How many vectors were found pending when they were released, and passed on to where the interrupt had gone.
     *
     * @return the count
     */
    public long forwarded() {
        return counter(FORWARDED);
    }

    @Override
    public String toString() {
        return "CPU " + index;
    }

    private Owner requireBetweenPolls(String operation) {
        Owner current = owner;
        if (current == null || current.thread != Thread.currentThread()) {
            throw notOwner(operation, current);
        }
        if (current.inside() != null) {
            throw new IllegalStateException(operation + " of CPU " + index + " from within a handler on "
                    + current.inside() + ": return from the handler first");
        }
        return current;
    }

    private IllegalStateException notOwner(String operation, Owner current) {
        return new IllegalStateException(operation + " of CPU " + index + " by " + Thread.currentThread() + ", owner="
                + (current == null ? "none: claim it first" : current.thread));
    }

    // ---- moded accessors: no suffix means full (volatile) mode ----

    private boolean compareAndSetOwner(Owner expected, Owner value) {
        return OWNER.compareAndSet(this, expected, value);
    }

    private Irq slot(int vector) {
        return (Irq) SLOT.getVolatile(table, vector);
    }

    private boolean compareAndSetSlot(int vector, Irq expected, Irq value) {
        return SLOT.compareAndSet(table, vector, expected, value);
    }

    private void count(int counter, long more) {
        if (more != 0) {
            COUNTER.setOpaque(counters, counter, counter(counter) + more); // M3
        }
    }

    private long counter(int counter) {
        return (long) COUNTER.getOpaque(counters, counter);
    }
}
