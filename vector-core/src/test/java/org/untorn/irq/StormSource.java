// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A source of interrupts in a {@link Storm}: what its one raiser posted, and what a run saw of it. Nothing here orders the
 * raiser's write before the handler's read but the library.
 */
final class StormSource implements IrqHandler {
    final boolean inClosedLoop;
    final boolean inBursts;
    private final Storm storm;
    private final boolean throwing;
    private final AtomicLong seen = new AtomicLong(); // opaque; written: handler
    private final AtomicReference<Thread> running = new AtomicReference<>(); // opaque
    private long posted; // plain; written: its raiser, before it raises
    private long run; // handler only
    Irq irq;
    volatile boolean closed; // for good: it must not run any more

    StormSource(Storm storm, int index) {
        this.storm = storm;
        inClosedLoop = index >= Storm.OPEN_LOOP;
        inBursts = inClosedLoop && (index & 1) == 0;
        throwing = index % 7 == 0;
    }

    /** Its raiser: one call of raise, or of retrigger instead. */
    void raise(boolean again) {
        posted++; // and no fence before the raise
        if ((again ? irq.retrigger() : irq.raise()) == RaiseResult.COALESCED) {
            storm.coalesced.increment();
        }
        storm.raises.increment();
    }

    /** Its raiser: whether a run saw what was posted last. */
    boolean isAnswered() {
        return seen.getOpaque() == posted;
    }

    /** Its raiser: a raise was lost; goes on as if it had not been. */
    void resynchronize() {
        seen.setOpaque(posted);
    }

    @Override
    public void onInterrupt(Irq source) {
        Thread me = Thread.currentThread();
        if (running.getOpaque() != null) {
            storm.overlaps.increment();
        }
        running.setOpaque(me);
        if (closed) {
            throw new AssertionError(source + " runs though it is closed");
        }
        long payload = posted;
        if (payload != seen.getOpaque()) {
            seen.setOpaque(payload);
        } else if (inClosedLoop && !inBursts) {
            storm.spurious.increment();
        }
        dawdle(source);
        if (running.getOpaque() != me) {
            storm.overlaps.increment();
        }
        running.setOpaque(null);
        if (throwing && (payload & 63) == 0) {
            throw new Storm.Expected();
        }
    }

    private void dawdle(Irq source) {
        run++;
        if ((run & 31) == 1 && !storm.rest) {
            storm.moved(source.setAffinity(storm.masks[(int) (run >>> 5) & storm.masks.length - 1]));
            Thread.yield(); // so that it is raised and polled elsewhere meanwhile
        } else if ((run & 63) == 2 && !inClosedLoop) {
            source.retrigger();
        }
    }

    @Override
    public String toString() {
        return irq + ": posted " + posted + ", seen " + seen;
    }
}
