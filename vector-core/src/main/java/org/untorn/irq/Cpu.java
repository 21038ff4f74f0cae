// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static java.lang.invoke.MethodHandles.lookup;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.untorn.pending.PendingBitmap;

/**
 * A target of interrupts: a vector table, what is pending, and one owner thread at a time.
 *
 * <p><b>Roles.</b> <i>Owner</i>: the thread that claimed the CPU; it may change over time, there are never two. Only the
 * owner polls. Everything else may be called by any thread.
 *
 * <p><b>Progress.</b> {@link #claim}, {@link #announceSleep} and {@link #endSleep} are wait-free. {@link #poll()} and {@link
 * #release} are lock-free but for the handlers and callbacks they run; a poll does not allocate. {@link #offline} and {@link
 * #online} never wait. {@link #run()} sleeps.
 *
 * <p><b>Memory.</b> What happens-before a raise happens-before the run that answers it. What an owner did happens-before what
 * the next owner of this CPU does. Counters are racy: each is a whole value, they are not of one moment.
 *
 * <p><b>Errors.</b> What a handler, listener or callback throws goes to the domain's {@link ErrorHandler}. What that throws
 * itself, on behalf of a handler, comes out of the {@link #poll()}; nothing pending is lost by it.
 *
 * <p>Source: Linux, {@code vector_irq} and the hot-plug path of x86 (arch/x86/kernel/apic/vector.c, kernel/irq/cpuhotplug.c).
 */
public final class Cpu {
    /*
     * Overview: poll marks its owner as inside, takes what is pending word by word, runs it, unmarks, and then, at the
     * boundary between polls, does what others asked for: releases the vectors that interrupts left, makes moves that
     * need this CPU to stand still, takes it offline.
     *
     * I1 A slot of the table goes null -> interrupt by the compareAndSet of whoever allocated the vector, and
     *    interrupt -> null by the compareAndSet of the owner between its polls; never by a blind store (Linux had one for
     *    ten years: commit ce0b5eedcb75).
     * I2 A slot is emptied before its vector goes back to the matrix, so whoever is given the vector finds it empty.
     * I3 Within one poll each word is taken at most once, so each vector is served at most once.
     * I4 The status changes hands through TURNING, so matrix and status agree. A CPU that is LEAVING is offline in the matrix, so nothing new
     *    comes but moves that were under way; it is OFFLINE once a boundary found nothing allocated there.
     *
     * M1 The mark is set before the take: a mover that finds the bit of a vector gone, by an access of the same word
     *    (PendingBitmap, M5), then reads the mark and finds it, or the poll is over (Owner.inside).
     * M2 The owner takes the pending bit of a leaving vector, passes it on, then removes the slot. A raiser that sets the
     *    bit later read the register before the move, re-reads its stamp after the set, and raises again at the new place.
     *    What it set is a stray.
     * M3 Counters have one writer, the owner; their readers are racy by contract, and two owners are ordered by the
     *    claim. Opaque, so that a reader sees whole values, and sees them in the end.
     * M4 Others raise a bit or set the status, then requested; the owner lowers requested before it looks.
     * M5 An owner that is about to sleep arms its bitmap, then looks at requested. Others set requested, then look whether
     *    it is armed: as PendingBitmap, M4. Held by Cpu_06_SleepVersusRequest.
     *
     * Layout: counters in an array with STRIDE longs at both ends: they are written at every poll, and raisers and
     * movers read the fields of this object.
     */
    private static final int STRIDE = 16; // longs: 128 bytes
    private static final int TAKEN = STRIDE;
    private static final int RUNS = STRIDE + 1;
    private static final int HANDED_OFF = STRIDE + 2;
    private static final int HELD = STRIDE + 3;
    private static final int STRAY = STRIDE + 4;
    private static final int FORWARDED = STRIDE + 5;
    private static final int MERGED = STRIDE + 6; // put back where somebody had raised again
    private static final int CURSOR = STRIDE + 7; // owner only: the position where a poll with a limit goes on
    private static final int COUNTERS = 8;

    private static final long STAND_IN_NANOS = 50_000; // for how long to leave a CPU to who stands in for its owner

    // status
    private static final int ONLINE = 0;
    private static final int LEAVING = 1;
    private static final int OFFLINE = 2;
    private static final int TURNING = 3; // somebody is changing it, and the matrix with it

    private static final VarHandle OWNER = ConstantBootstraps.fieldVarHandle(
                    lookup(), "owner", VarHandle.class, Cpu.class, Owner.class)
            .withInvokeExactBehavior();
    private static final VarHandle STATUS = ConstantBootstraps.fieldVarHandle(
                    lookup(), "status", VarHandle.class, Cpu.class, int.class)
            .withInvokeExactBehavior();
    private static final VarHandle SLOT =
            MethodHandles.arrayElementVarHandle(Irq[].class).withInvokeExactBehavior();
    private static final VarHandle COUNTER =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final VectorDomain domain;
    private final int index;
    private final boolean descending;
    private final boolean rotating;
    private final PendingBitmap pending = new PendingBitmap(VectorDomain.VECTORS);
    private final PendingBitmap leaving = new PendingBitmap(VectorDomain.VECTORS); // vectors to release
    private final PendingBitmap wishes = new PendingBitmap(VectorDomain.VECTORS); // interrupts with a deferred move
    private final IntConsumer releaser = this::releaseVector;
    private final IntConsumer granter = this::grantWish;
    private final Irq[] table = new Irq[VectorDomain.VECTORS];
    private final long[] counters = new long[STRIDE + COUNTERS + STRIDE]; // written: owner; read: any
    private volatile Owner owner; // written: claimers, owner; read: movers
    private volatile int status; // written: offliners, onliners, owner
    private volatile boolean requested; // written: movers, offliners, owner; read: owner
    private volatile Waker waker; // written: owner; read: who found it asleep; null while there is no owner
    private volatile long
            slept; // written: owner; even: the sum of all sleeps; odd: less the nanoTime of this one's begin

    Cpu(VectorDomain domain, int index, Order order) {
        this.domain = domain;
        this.index = index;
        descending = order == Order.HIGHEST_FIRST;
        rotating = order == Order.ROUND_ROBIN;
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
     * The thread that owns this CPU. A thread that does the work of a missing owner is named too, for that moment.
     *
     * @return it, perhaps one that has ended; null if there is none; a snapshot
     */
    public Thread owner() {
        Owner current = owner;
        return current == null ? null : current.thread;
    }

    // ---- owner ----

    /**
     * Makes the calling thread the owner, if there is none, or the one there is has ended. What earlier owners did to
     * this CPU happens-before what follows. When the owner sleeps it is woken by {@code LockSupport.unpark}.
     *
     * @return true if the caller is the owner now, or was already (then nothing is changed); false if another thread is.
     *     That may pass: a thread that moves, closes or takes offline does the work of a missing owner, and is the owner
     *     for that moment
     * @throws IllegalStateException if the domain is closed
     */
    public boolean claim() {
        requireOpen();
        return own(null);
    }

    /**
     * As {@link #claim()}, for an owner that sleeps elsewhere than in {@code LockSupport.park}.
     *
     * @param value what wakes it, from now on, also if the caller was the owner already; must not be null
     * @return as {@link #claim()}
     * @throws IllegalStateException if the domain is closed
     */
    public boolean claim(Waker value) {
        Objects.requireNonNull(value, "waker");
        requireOpen();
        return own(value);
    }

    private void requireOpen() {
        if (domain.isClosed()) {
            throw new IllegalStateException("claim of CPU " + index + ": its domain is closed");
        }
    }

    private boolean own(Waker value) {
        Owner me = Owner.current();
        Owner before = owner;
        if (before != me) {
            if (!isFree(before) || !compareAndSetOwner(before, me)) {
                return false;
            }
            wakeUp(); // the owner before may have ended in its sleep
            waker = me;
        }
        if (value != null) {
            waker = value;
        }
        return true;
    }

    /**
     * Gives up ownership, after it did what others had asked this CPU's owner for. What is pending stays pending for the
     * next owner. Owner only, not from within a handler.
     *
     * @throws IllegalStateException if the caller is not the owner, or is inside a handler, listener or callback
     */
    public void release() {
        requireBetweenPolls("release");
        disown();
    }

    /** Owns a CPU that has no owner, to do what needs one. */
    boolean claimForAMoment() {
        Owner before = owner;
        return isFree(before) && compareAndSetOwner(before, Owner.forAMoment());
    }

    /** Gives up ownership, from within a handler of another CPU too: a mover that had claimed this one. */
    void disown() {
        try {
            atBoundary();
        } finally {
            wakeUp();
            waker = null;
            owner = null;
        }
        serveIfUnowned(); // whoever still saw an owner left its request to it
    }

    /**
     * Serves everything that is pending: takes it, runs the handlers; then, between polls, does what movers and others
     * asked this CPU's owner for. Each vector is served at most once. Owner only, not from within a handler.
     *
     * @return how many handlers ran
     * @throws IllegalStateException if the caller is not the owner, or is inside a handler, listener or callback
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
     * @throws IllegalStateException if the caller is not the owner, or is inside a handler, listener or callback
     */
    public int poll(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit=" + limit + ", minimum=1");
        }
        return poll(requireBetweenPolls("poll"), pending.nonEmptyWords(), limit);
    }

    private int poll(Owner me, long words, int limit) {
        try {
            return words == 0L ? 0 : serve(me, words, limit);
        } finally {
            if (requested) {
                atBoundary();
            }
        }
    }

    /** Works in positions: vectors, or counted from the top where the highest comes first. */
    private int serve(Owner me, long words, int limit) {
        int from = rotating || limit != Integer.MAX_VALUE ? (int) counters[CURSOR] : 0;
        int first = from >>> 6;
        long ahead = descending ? Long.reverse(words) >>> -pending.wordCount() : words;
        ahead = Long.rotateRight(ahead, first); // bit i stands for word (first + i) % 64
        long kept = 0L; // what lies before the cursor in its word comes last
        int word = first;
        long bits = 0L;
        int position = from - 1;
        int taken = 0;
        int runs = 0;
        int handedOff = 0;
        int held = 0;
        int stray = 0;
        me.enter(this); // M1
        try {
            do {
                if (ahead != 0L) {
                    word = first + Long.numberOfTrailingZeros(ahead) & 63;
                    ahead &= ahead - 1;
                    bits = take(word);
                    if (word == first) {
                        kept = bits & ~(-1L << from);
                        bits ^= kept;
                    }
                } else {
                    word = first;
                    bits = kept;
                    kept = 0L;
                }
                while (bits != 0L && taken != limit) {
                    position = (word << 6) + Long.numberOfTrailingZeros(bits);
                    bits &= bits - 1;
                    taken++;
                    int vector = vector(position);
                    Irq irq = slot(vector);
                    if (irq == null) {
                        stray++;
                        continue;
                    }
                    switch (irq.serve(me, vector)) {
                        case Irq.RAN -> runs++;
                        case Irq.HANDED_OFF -> handedOff++;
                        case Irq.HELD_BACK -> held++;
                        default -> stray++;
                    }
                    if (me.error != null) {
                        report(me, irq);
                    }
                }
            } while (taken != limit && (ahead | kept) != 0L);
        } finally {
            counters[CURSOR] = position + 1 & VectorDomain.VECTORS - 1;
            putBack(word, bits);
            putBack(first, kept);
            me.serving(0);
            me.leave();
            count(TAKEN, taken);
            count(RUNS, runs);
            count(HANDED_OFF, handedOff);
            count(HELD, held);
            count(STRAY, stray);
            if (stray != 0) {
                Events.stray(this, stray);
            }
        }
        return runs;
    }

    private int vector(int position) {
        return descending ? VectorDomain.VECTORS - 1 - position : position;
    }

    private long take(int word) {
        return descending ? Long.reverse(pending.takeWord(pending.wordCount() - 1 - word)) : pending.takeWord(word);
    }

    private void putBack(int word, long bits) {
        if (bits != 0L) {
            long merged = descending
                    ? pending.raiseAll(pending.wordCount() - 1 - word, Long.reverse(bits))
                    : pending.raiseAll(word, bits);
            count(MERGED, Long.bitCount(merged));
        }
    }

    private void report(Owner me, Irq irq) {
        Throwable error = me.error;
        me.error = null;
        domain.errorHandler().onError(irq, error);
    }

    // ---- the owner between polls: sleep ----

    /**
     * Announces that the owner is about to sleep. If this returns true, everybody who raises an interrupt of this CPU or
     * asks something of it calls the {@link Waker}, until {@link #endSleep}: no wake-up is lost. Owner only; wait-free.
     *
     * <pre>{@code
     * if (cpu.announceSleep()) {
     *     try {
     *         selector.select(); // claimed with selector::wakeup
     *     } finally {
     *         cpu.endSleep();
     *     }
     * }
     * cpu.poll();
     * }</pre>
     *
     * @return true if the owner may sleep; false if something is pending or was asked for: poll; or if the domain is closed.
     *     If that poll runs nothing and this is false again and again, an interrupt is pending here whose run elsewhere has
     *     not ended: back off for a moment
     * @throws IllegalStateException if the caller is not the owner, or is inside a handler, listener or callback
     */
    public boolean announceSleep() {
        requireBetweenPolls("announceSleep");
        if (!pending.arm() || requested || domain.isClosed()) { // M5
            wakeUp();
            return false;
        }
        if ((slept & 1L) == 0L) { // else it was announced before
            slept = slept - System.nanoTime() | 1L;
        }
        return true;
    }

    /**
     * The owner is awake: no waker is called from here on, but by those who found it asleep before. Owner only; wait-free.
     *
     * @throws IllegalStateException if the caller is not the owner, or is inside a handler, listener or callback
     */
    public void endSleep() {
        requireBetweenPolls("endSleep");
        wakeUp();
    }

    private void wakeUp() {
        pending.disarm();
        if ((slept & 1L) != 0L) {
            slept = asleepNanos() & ~1L;
        }
    }

    /**
     * Whether the owner has announced that it sleeps.
     *
     * @return true between {@link #announceSleep} and {@link #endSleep}; a snapshot
     */
    public boolean isAsleep() {
        return pending.isArmed();
    }

    /** As {@link #announceSleep}, for an owner that sleeps in {@code LockSupport.park}. */
    boolean announcePark() {
        Owner me = requireBetweenPolls("announcePark");
        if (waker != me) {
            throw new IllegalStateException(
                    "sleep of CPU " + index + " in park, waker=" + waker + ": it would not end this sleep");
        }
        return announceSleep();
    }

    /**
     * Owns this CPU and polls it until the thread is interrupted or the domain is closed; between polls it
     * {@linkplain SignalIdle idles}, so it costs nothing while nothing is raised. Then releases it. The interrupt status is kept. If the caller owned
     * it with a {@link Waker} already, to sleep is an error.
     *
     * @throws IllegalStateException if another thread is the owner, or the caller is inside a handler, listener or callback
     */
    public void run() {
        run(new SignalIdle(this)::idle);
    }

    /**
     * As {@link #run()}, with another way to idle.
     *
     * @param idle is given what each poll returned; Agrona's {@code strategy::idle} fits. If it sleeps for a time without
     *     {@link #announceSleep}, raises and the close of the domain are noticed when it returns. What it throws ends the
     *     loop; must not be null
     * @throws IllegalStateException if another thread is the owner, or the caller is inside a handler, listener or callback
     */
    public void run(IntConsumer idle) {
        Objects.requireNonNull(idle, "idle");
        requireOutside(Owner.current(), "run");
        while (!own(null)) {
            Owner current = owner;
            if (current != null && (!current.standsIn || current.thread == Thread.currentThread())) {
                throw notOwner("run", current);
            }
            // A mover does the work of the owner that is missing; a virtual thread must leave it the carrier.
            LockSupport.parkNanos(this, STAND_IN_NANOS);
        }
        try {
            while (!Thread.currentThread().isInterrupted() && !domain.isClosed()) {
                idle.accept(poll());
            }
        } finally {
            release();
        }
    }

    /** Wakes the owner, who was found asleep. Any thread. */
    void wake() {
        Waker current = waker;
        if (current == null) {
            return; // it gave up ownership meanwhile
        }
        try {
            current.wake();
        } catch (Throwable error) {
            domain.wakerThrew(this, error);
        }
    }

    // ---- the boundary between polls: owner ----

    private void atBoundary() {
        Owner me = owner;
        boolean done = false;
        me.isServing = true;
        requested = false; // M4
        try {
            if (leaving.nonEmptyWords() != 0L) {
                leaving.takeLowestFirst(releaser);
            }
            if (wishes.nonEmptyWords() != 0L) {
                wishes.takeLowestFirst(granter);
            }
            if (status == LEAVING) {
                leave();
            }
            done = true;
        } finally {
            me.isServing = me.standsIn;
            if (!done) {
                requested = true; // an error cut it short: the rest is not forgotten
            }
        }
    }

    private void releaseVector(int vector) {
        Mover.released(vacate(vector));
    }

    /** Gives back a vector that its interrupt has left. Owner, between polls. */
    Irq vacate(int vector) {
        Irq irq = slot(vector);
        if (pending.clear(vector)) { // the interrupt is elsewhere by now, so let it run there
            count(TAKEN, 1);
            count(irq.signal(Cause.FORWARDED) == RaiseResult.CLOSED ? STRAY : FORWARDED, 1);
        }
        if (!compareAndSetSlot(vector, irq, null)) { // M2, I1
            throw new IllegalStateException("cpu=" + index + ", vector=" + vector + ": slot changed under its owner");
        }
        domain.matrix().free(index, vector, irq.managed); // I2
        return irq;
    }

    /** As {@link #vacate}, if the caller is the owner, between its polls; returns whether it is. */
    boolean vacateAtOnce(int vector) {
        Owner me = owner;
        if (me == null || me.thread != Thread.currentThread() || me.isServing || me.inside() != null) {
            return false;
        }
        me.isServing = true; // a waker may be called
        try {
            vacate(vector);
        } finally {
            me.isServing = false;
        }
        askOwnerIfLeaving(); // it may have been the last one
        return true;
    }

    private void grantWish(int vector) {
        Irq irq = slot(vector);
        if (irq != null) {
            Mover.grantWish(irq);
        }
    }

    /** Does the work of an owner that is missing. */
    private void serveIfUnowned() {
        while (requested && claimForAMoment()) {
            try {
                atBoundary();
            } finally {
                wakeUp(); // the one that is missing may have ended in its sleep
                waker = null;
                owner = null;
            }
        }
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
        askOwner();
    }

    /** Asks the owner to make the move that was deferred, or does it if there is no owner. */
    void askOwner(int vector) {
        wishes.raise(vector);
        askOwner();
    }

    /** A move has ended here: if it came late for this CPU, which is leaving, it has to go on. */
    void askOwnerIfLeaving() {
        if (status == LEAVING) {
            askOwner();
        }
    }

    void askOwner() {
        requested = true; // M4
        if (pending.isArmed()) { // M5
            wake();
        }
        serveIfUnowned();
    }

    /**
     * Whether the owner is in the middle of a poll, and may hold a bit of this interrupt that it took and has not served.
     * An interrupt that moves itself in its own handler has been served: each word is taken once a poll.
     */
    boolean mayHaveTaken(Irq irq) {
        Owner current = owner;
        return current != null
                && current.inside() == this
                && !(current.thread == Thread.currentThread() && current.serving() == irq);
    }

    /** The interrupt whose handler runs here, or null. */
    Irq serving() {
        Owner current = owner;
        return current == null || current.inside() != this ? null : current.serving();
    }

    /** The vector of an interrupt here, or 0 if it has left. */
    int vectorOf(Irq irq) {
        int vector = VectorDomain.VECTORS - 1;
        while (vector > 0 && slot(vector) != irq) {
            vector--;
        }
        return vector;
    }

    /** In words, for people. */
    String whatItsOwnerDoes() {
        Owner current = owner;
        if (current == null) {
            return this + " has no owner";
        }
        if (!current.thread.isAlive()) {
            return current.thread + ", the owner of " + this + ", has ended";
        }
        Irq serving = current.serving();
        return current.thread + ", the owner of " + this + ", "
                + (serving != null
                        ? "runs the handler of " + serving
                        : isAsleep() ? "sleeps: its waker does not wake it" : "has not polled since");
    }

    PendingBitmap pending() {
        return pending;
    }

    PendingBitmap leaving() {
        return leaving;
    }

    // ---- offline, online: any thread ----

    /**
     * Takes this CPU offline: nothing new is put on it, every interrupt is moved off (within its affinity, else to any
     * CPU that is online, which is reported to the {@link AffinityListener}; a managed one without a CPU left is shut
     * down), what is pending is passed on, the vectors are freed. No raise is lost meanwhile. Never waits: while the
     * owner is inside a poll, that poll's end completes it; so does the owner's next poll, a release, or a later call.
     * Allocates its result.
     *
     * @return how far it has come
     */
    public OfflineResult offline() {
        long begun = Events.begin();
        OfflineResult result = takeOffline();
        Events.offline(this, result, begun);
        return result;
    }

    private OfflineResult takeOffline() {
        int toMove = 0;
        int available = 0;
        if (compareAndSetStatus(ONLINE, TURNING)) {
            domain.matrix().offline(index); // nothing new from here on: then count
            toMove = domain.matrix().movable(index);
            available = domain.matrix().globalAvailable();
            if (available < toMove) {
                domain.matrix().online(index);
                status = ONLINE;
                domain.restartShutDown(); // one may have been shut down because of this
                return new OfflineResult(OfflineResult.Status.NO_VECTORS, toMove, available, null, null);
            }
            status = LEAVING;
        }
        if (status == LEAVING) {
            evictAll();
            askOwner();
        }
        if (status == OFFLINE) {
            return new OfflineResult(OfflineResult.Status.DONE, toMove, available, null, null);
        }
        Owner current = owner;
        return new OfflineResult(
                OfflineResult.Status.LEAVING,
                toMove,
                available,
                current == null ? null : current.thread,
                current == null ? null : current.serving());
    }

    /**
     * Brings this CPU back: it is given interrupts again, and managed interrupts that were shut down and may be on it
     * start again. Other interrupts stay where they are. A CPU that is still leaving stays, with what is still on it. Never
     * waits.
     *
     * @return true if it was offline or leaving; false if it was online, or another thread is taking it off or bringing it
     *     back at this moment
     */
    public boolean online() {
        if (!compareAndSetStatus(OFFLINE, TURNING) && !compareAndSetStatus(LEAVING, TURNING)) {
            return false;
        }
        domain.matrix().online(index);
        status = ONLINE;
        domain.restartShutDown();
        Events.online(this);
        return true;
    }

    /**
     * Whether this CPU is online.
     *
     * @return true until {@link #offline}, and again after {@link #online}; false while it is leaving; a snapshot
     */
    public boolean isOnline() {
        return status == ONLINE;
    }

    private void evictAll() {
        for (int vector = 0; vector < table.length; vector++) {
            Irq irq = slot(vector);
            if (irq != null) {
                Mover.evict(irq, this);
            }
        }
    }

    /** What is left of offline at a boundary: moves that came late, bits that came late. Owner. */
    private void leave() {
        evictAll();
        if (leaving.nonEmptyWords() != 0L) {
            leaving.takeLowestFirst(releaser);
        }
        if (domain.matrix().allocated(index) != 0) {
            return; // somebody is in the way, who will ask again when he ends; or there is no vector anywhere
        }
        if (compareAndSetStatus(LEAVING, TURNING)) { // I4: it may have been online in between
            boolean empty = domain.matrix().allocated(index) == 0;
            status = empty ? OFFLINE : LEAVING;
            if (!empty) {
                requested = true;
            }
        }
    }

    // ---- counters ----

    /**
     * How many pending vectors the owner took: {@link #runs} + {@link #handedOff} + {@link #held} + {@link #strays} +
     * {@link #forwarded}.
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
     * How often an interrupt was found masked and held.
     *
     * @return the count, as of the last poll that ended
     */
    public long held() {
        return counter(HELD);
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
     * @return the count, as of the last release
     */
    public long forwarded() {
        return counter(FORWARDED);
    }

    /**
     * How long its owners have slept, each from {@link #announceSleep} to {@link #endSleep}, the sleep that goes on now
     * included. What is left of the time is its load.
     *
     * @return the time, nanoseconds
     */
    public long asleepNanos() {
        long word = slept;
        return (word & 1L) == 0L ? word : (word & ~1L) + System.nanoTime();
    }

    long merged() {
        return counter(MERGED);
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
        requireOutside(current, operation);
        return current;
    }

    private void requireOutside(Owner me, String operation) {
        if (me.isServing) {
            throw new IllegalStateException(
                    operation + " of CPU " + index + " from within a listener or callback: return from it first");
        }
        if (me.inside() != null) {
            throw new IllegalStateException(operation + " of CPU " + index + " from within a handler on " + me.inside()
                    + ": return from the handler first");
        }
    }

    private IllegalStateException notOwner(String operation, Owner current) {
        return new IllegalStateException(operation + " of CPU " + index + " by " + Thread.currentThread() + ", owner="
                + (current == null ? "none: claim it first" : current.thread));
    }

    private static boolean isFree(Owner owner) {
        return owner == null || !owner.thread.isAlive();
    }

    // ---- moded accessors: no suffix means full (volatile) mode ----

    private boolean compareAndSetOwner(Owner expected, Owner value) {
        return OWNER.compareAndSet(this, expected, value);
    }

    private boolean compareAndSetStatus(int expected, int value) {
        return STATUS.compareAndSet(this, expected, value);
    }

    Irq slot(int vector) {
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
