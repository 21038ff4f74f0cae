// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import java.util.function.IntConsumer;
import org.untorn.benchmarks.Mover;

/** The ways to move a source that are compared: the library's protocols, their controls, and what others do. */
public enum Moving {
    STAMPED(Mover.STAMPED, true),
    THREE_STEP(Mover.THREE_STEP, false),
    THREE_STEP_ALWAYS(Mover.THREE_STEP_ALWAYS, true),
    MASKED(Mover.MASKED, true),
    REMAPPED(Mover.REMAPPED, true),
    LINUX(Mover.LINUX, false),
    LINUX_6_1(Mover.LINUX_6_1, false),
    THREE_STEP_HARDWARE(Mover.THREE_STEP_HARDWARE, false),
    TORN(Mover.TORN, true),
    GLOBAL_LOCK(
            "global lock",
            true,
            true,
            (workers, starts, handler) -> new GlobalLock(new GlobalLock.Parking(), workers, starts, handler)),
    GLOBAL_SPIN_LOCK(
            "global lock, spinning",
            true,
            true,
            (workers, starts, handler) -> new GlobalLock(new GlobalLock.Spinning(), workers, starts, handler)),
    DIRTY_LIST("dirty list", true, false, DirtyList::new),
    REREGISTER(
            "close and re-register, polling workers",
            true,
            false,
            (workers, starts, handler) -> new Reregister(false, workers, starts, handler)),
    EVENT_LOOPS(
            "close and re-register, event loops",
            true,
            false,
            (workers, starts, handler) -> new Reregister(true, workers, starts, handler));

    private interface Opener {
        MovePath open(int workers, int[] starts, IntConsumer handler);
    }

    private final String title;
    private final String group;
    private final boolean fromAnyThread;
    private final boolean twoMovers;
    private final Opener opener;

    Moving(Mover mover, boolean fromAnyThread) {
        this.title = mover.title();
        this.group = mover.isControl() ? "control" : "";
        this.fromAnyThread = fromAnyThread;
        this.twoMovers = fromAnyThread;
        this.opener = (workers, starts, handler) -> new UntornMoves(mover, workers, starts, handler);
    }

    Moving(String title, boolean fromAnyThread, boolean twoMovers, Opener opener) {
        this.title = title;
        this.group = "the same job";
        this.fromAnyThread = fromAnyThread;
        this.twoMovers = twoMovers;
        this.opener = opener;
    }

    /** What a person calls it. */
    public String title() {
        return title;
    }

    /** "the same job", "control"; "" for this library's protocols. */
    public String group() {
        return group;
    }

    /** Whether another thread than the worker's can move. */
    public boolean isFromAnyThread() {
        return fromAnyThread;
    }

    /** Whether two threads can be at one source. */
    public boolean isForTwoMovers() {
        return twoMovers;
    }

    /** Sources that start at the workers given. */
    public MovePath open(int workers, int[] starts, IntConsumer handler) {
        return opener.open(workers, starts, handler);
    }
}
