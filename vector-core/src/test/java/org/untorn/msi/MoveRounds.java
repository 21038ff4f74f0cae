// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * A closed loop in lockstep: in each round every raiser raises one event while one move is made, and then all stand
 * still and it is looked where the event is. A later event cannot hide that one was lost, nor a later move.
 *
 * <p>An interrupt goes to and fro between two places. The mover leaves the old one as software does: having moved, it
 * takes what came there, and never looks again.
 */
final class MoveRounds {
    static final int[] CPU = {1, 2};
    static final int[] VECTOR = {0x31, 0x42};

    /** How the interrupt is moved. */
    interface Mover {
        void moveTo(int cpu, int vector);
    }

    private static final int SPINS_BEFORE_YIELD = 200;
    private static final int PAUSE = 1 << 11; // turns of an empty loop, some of the time that a move takes
    private static final int MIN_ROUNDS = 200; // however slow the machine
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final AtomicIntegerArray arrived = new AtomicIntegerArray(2);
    private final AtomicInteger torn = new AtomicInteger();
    private final AtomicInteger unpublished = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile int round;
    private volatile int begun; // the round in which the first raiser has begun
    private volatile int left; // the last round in which the mover has left the old place
    private volatile int steps; // of the mover
    private int posted; // plain: written by the first raiser before it raises
    private long random = 88172645463325252L; // of the mover
    long rounds;
    long lost;
    long notOnce; // rounds in which not each event came once, at either place

    /** A message has come. */
    void arrive(int cpu, int vector) {
        int place = cpu == CPU[0] ? 0 : 1;
        if (vector != VECTOR[place]) {
            torn.incrementAndGet();
            return;
        }
        if (posted != round) {
            unpublished.incrementAndGet();
        }
        arrived.getAndIncrement(place);
    }

    int torn() {
        return torn.get();
    }

    int unpublished() {
        return unpublished.get();
    }

    /** The mover is between two writes: it stands still for a while, so that raisers meet it there. */
    void step() {
        steps++; // one mover
        random = pause(random, PAUSE >>> 2);
        if ((random & 3) == 0) {
            Thread.yield(); // there may be more threads than cores
        }
    }

    /** Suspends a control in the middle of an event, until the mover has made some steps or all of them. */
    void suspend(int count) {
        int now = round;
        int start = steps;
        await(() -> left == now || steps - start >= count);
    }

    /** Runs rounds for a time, or until there were enough. */
    void run(int raisers, Runnable raise, Mover mover, Duration time, BooleanSupplier enough)
            throws InterruptedException {
        AtomicIntegerArray done = new AtomicIntegerArray(raisers);
        List<Thread> threads = new ArrayList<>();
        for (int raiser = 0; raiser < raisers; raiser++) {
            int id = raiser;
            Thread thread = new Thread(() -> raiseUntilStopped(id, raise, done), "raiser-" + id);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        long end = System.nanoTime() + time.toNanos();
        int to = 1;
        while ((System.nanoTime() < end || rounds < MIN_ROUNDS) && !enough.getAsBoolean() && failure.get() == null) {
            int now = round + 1;
            round = now;
            if ((rounds & 1) == 0) { // else it is by chance who comes first
                await(() -> begun == now || failure.get() != null);
            }
            random = pause(random, PAUSE);
            mover.moveTo(CPU[to], VECTOR[to]);
            int here = arrived.getAndSet(1 - to, 0);
            left = now;
            for (int raiser = 0; raiser < raisers; raiser++) {
                int id = raiser;
                await(() -> done.get(id) == now || failure.get() != null);
            }
            here += arrived.getAndSet(to, 0);
            int late = arrived.getAndSet(1 - to, 0); // nobody looks there any more
            rounds++;
            lost += here == 0 ? 1 : 0;
            notOnce += here + late != raisers ? 1 : 0;
            to = 1 - to;
        }
        round = -1;
        for (Thread thread : threads) {
            thread.join(TimeUnit.NANOSECONDS.toMillis(STUCK_NANOS));
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    private void raiseUntilStopped(int id, Runnable raise, AtomicIntegerArray done) {
        long random = 2463534242L + id;
        try {
            for (int last = 0; ; ) {
                int seen = last;
                await(() -> round != seen);
                last = round;
                if (last < 0) {
                    return;
                }
                random = pause(random, PAUSE);
                if (id == 0) {
                    posted = last;
                    begun = last;
                }
                raise.run();
                done.set(id, last);
            }
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
        }
    }

    /** A time that is never the same, so that the two meet at every step. */
    private static long pause(long random, int turns) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        for (int spin = (int) random & turns - 1; spin > 0; spin--) {
            VarHandle.loadLoadFence(); // keeps the loop, costs nothing
        }
        return random;
    }

    private static void await(BooleanSupplier condition) {
        for (int spin = 0; spin < SPINS_BEFORE_YIELD; spin++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Thread.onSpinWait();
        }
        for (long start = System.nanoTime(); !condition.getAsBoolean(); Thread.yield()) {
            if (System.nanoTime() - start > STUCK_NANOS) {
                StringBuilder dump = new StringBuilder("stuck:\n");
                Thread.getAllStackTraces()
                        .forEach((thread, frames) ->
                                dump.append(thread).append(List.of(frames)).append('\n'));
                throw new AssertionError(dump);
            }
        }
    }
}
