// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * A device in closed loop while its source is moved to and fro without pause, by the thread that polls both workers: raise,
 * wait for a run that saw it, raise again. A raise is lost if none comes though moves have paused and both workers were
 * polled many times since. What {@link org.untorn.irq.ClosedLoop} is to the library, for any move path.
 */
public final class MoveLoop {
    private static final int ROUNDS_BEFORE_DOUBT = 10_000;
    private static final int ROUNDS_UNTIL_LOST = 1_000;
    private static final long NANOS_UNTIL_LOST = 50_000_000L; // for workers with threads of their own

    /** What was counted. */
    public record Result(long raises, long runs, long moves, long lost, long spurious) {}

    private static final int SEEN = 16;
    private static final int RUNS = 17;
    private static final int SPURIOUS = 18;

    private final MovePath path;
    private final AtomicLongArray handled = new AtomicLongArray(48); // written: the worker that runs the source
    private long posted; // written: device; published by the raise
    private volatile long rounds; // written: mover
    private volatile boolean pause;
    private volatile boolean stop;
    private volatile long pausedAt = -1; // rounds made when the mover saw the pause, -1 while it moves
    private long moves;
    private long raises;
    private long lost;

    public MoveLoop(Moving moving) {
        this(handler -> moving.open(2, new int[1], handler));
    }

    /** A path of one source that starts at the first of two workers. */
    MoveLoop(Function<IntConsumer, MovePath> opener) {
        path = opener.apply(source -> serve());
    }

    private void serve() {
        long payload = posted;
        int counter = payload == handled.get(SEEN) ? SPURIOUS : RUNS;
        handled.setPlain(counter, handled.getPlain(counter) + 1);
        handled.set(SEEN, payload);
    }

    /** Runs for a time, or until something was lost. */
    public Result run(Duration time, boolean stopAtFirstLoss) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread mover = new Thread(
                () -> {
                    try {
                        moveUntilStopped();
                    } catch (Throwable error) {
                        failure.set(error);
                        stop = true;
                    }
                },
                "mover");
        mover.setDaemon(true);
        mover.start();
        long end = System.nanoTime() + time.toNanos();
        while (!stop && System.nanoTime() - end < 0) {
            posted++;
            path.raise(0);
            raises++;
            if (!awaitRun()) {
                lost++;
                if (stopAtFirstLoss) {
                    break;
                }
            }
        }
        stop = true;
        mover.join();
        path.close();
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
        return new Result(raises, handled.get(RUNS), moves, lost, handled.get(SPURIOUS));
    }

    private boolean seen() {
        return handled.get(SEEN) == posted;
    }

    private boolean awaitRun() {
        for (int round = 0; round < ROUNDS_BEFORE_DOUBT; round++) {
            if (seen()) {
                return true;
            }
            Thread.onSpinWait();
        }
        pause = true;
        try {
            long doubt = System.nanoTime() + NANOS_UNTIL_LOST;
            while (pausedAt < 0 || rounds - pausedAt < ROUNDS_UNTIL_LOST || System.nanoTime() - doubt < 0) {
                if (seen() || stop) {
                    return true;
                }
                Thread.yield();
            }
            return seen();
        } finally {
            pause = false;
            while (pausedAt >= 0 && !stop) {
                Thread.yield();
            }
        }
    }

    private void moveUntilStopped() {
        path.attach(0);
        path.attach(1);
        boolean begun = false; // a move that is not over; it is ended before a pause
        for (int here = 0; !stop; ) {
            if (begun || !pause) {
                pausedAt = -1;
                begun = !path.move(0, 1 - here);
                if (!begun) {
                    here = 1 - here;
                    moves++;
                }
            } else if (pausedAt < 0) {
                pausedAt = rounds;
            }
            path.poll(0);
            path.poll(1);
            rounds++;
        }
    }
}
