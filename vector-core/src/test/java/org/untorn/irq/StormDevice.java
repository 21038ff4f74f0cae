// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The raiser of what lives in closed loop in a {@link Storm}, and who looks what was lost. It takes turns: a storm, rest,
 * raises to owners that sleep, a duel with one mover.
 */
final class StormDevice implements Runnable {
    private static final int MAX_FINDINGS = 20;
    private static final int RAISES_PER_DUEL = 1000;
    private static final int MAX_PAUSE = 1 << 11; // turns of an empty loop, about twice the time of a move and a poll
    private static final long STORM_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SLEEPERS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long DUEL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(50); // time to look
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(10); // for a wake-up

    // written: the device; read: after it has ended
    final List<String> findings = new ArrayList<>();
    long leaked;

    private final Storm storm;
    private final SplittableRandom random;

    StormDevice(Storm storm) {
        this.storm = storm;
        random = new SplittableRandom(storm.seed + 99);
    }

    @Override
    public void run() {
        while (!storm.stop) {
            storm();
            settle();
            raiseSleepers();
            duel();
            storm.rest = false;
        }
    }

    /** While all others do what they like: raises whatever is answered, and first what is about to be moved. */
    private void storm() {
        long until = System.nanoTime() + STORM_NANOS;
        while (!storm.stop && System.nanoTime() < until) {
            boolean raised = false;
            for (int next = Storm.OPEN_LOOP; next < storm.sources.length(); next++) {
                int aim = storm.target;
                raised |= aim >= Storm.OPEN_LOOP && raiseAgain(aim) || raiseAgain(next);
            }
            if (!raised) {
                Thread.yield();
            }
        }
    }

    private boolean raiseAgain(int index) {
        StormSource source = storm.sources.get(index);
        if (!source.isAnswered()) {
            return false;
        }
        if (random.nextInt(2048) == 0) {
            source = storm.reopen(index, random);
        }
        for (int burst = source.inBursts ? random.nextInt(3) : 0; burst >= 0; burst--) {
            source.raise(random.nextInt(8) == 0);
        }
        return true;
    }

    /** While all others rest: one raise, and a move now and then, for owners that fall asleep. */
    private void raiseSleepers() {
        long until = System.nanoTime() + SLEEPERS_NANOS;
        while (System.nanoTime() < until && storm.failure.get() == null) {
            StormSource source = storm.sources.get(Storm.OPEN_LOOP + random.nextInt(Storm.CLOSED_LOOP));
            if (random.nextInt(4) == 0) {
                storm.moved(source.irq.setAffinity(storm.masks[random.nextInt(storm.masks.length)]));
            }
            spin(random.nextInt(MAX_PAUSE)); // to meet an owner on its way to sleep
            source.raise(false);
            spinUntilAnswered(source);
            long late = System.nanoTime() + LATE_NANOS;
            await(() -> source.isAnswered() && storm.isQuiet() || System.nanoTime() - late > 0);
            if (!source.isAnswered() || !storm.isQuiet()) {
                awaitIdle();
                lookForLost();
            }
        }
    }

    /** While all others rest: one raise after the other, and one owner of all CPUs moves that very interrupt. */
    private void duel() {
        long until = System.nanoTime() + DUEL_NANOS;
        while (System.nanoTime() < until && storm.failure.get() == null) {
            StormSource source = storm.sources.get(Storm.OPEN_LOOP + random.nextInt(Storm.CLOSED_LOOP));
            if (source.irq.isManaged()) {
                continue; // it stays where it is
            }
            storm.duel = source;
            for (StormPoller poller : storm.pollers) {
                LockSupport.unpark(poller.thread);
            }
            for (int left = RAISES_PER_DUEL; left > 0 && System.nanoTime() < until; left--) {
                spin(random.nextInt(MAX_PAUSE)); // else the two fall into step
                source.raise(false);
                awaitInDuel(source);
            }
        }
        storm.duel = null;
    }

    private void awaitInDuel(StormSource source) {
        spinUntilAnswered(source);
        if (!source.isAnswered()) {
            storm.truce = true;
            awaitIdle();
            lookForLost();
            storm.truce = false;
        }
    }

    /** No yield: this thread and the other one have to run at the same time. */
    private static void spinUntilAnswered(StormSource source) {
        long late = System.nanoTime() + LATE_NANOS;
        while (!source.isAnswered() && System.nanoTime() - late < 0) {
            Thread.onSpinWait();
        }
    }

    private static void spin(int turns) {
        for (int turn = 0; turn < turns; turn++) {
            VarHandle.loadLoadFence(); // keeps the loop, costs nothing
        }
    }

    // ---- rest ----

    /** Lets everybody come to rest, and looks who was not answered, and whether the books agree. */
    void settle() {
        storm.rest = true;
        await(() -> storm.working.get() == 0);
        storm.calm();
        awaitIdle();
        lookForLost();
        if (storm.failure.get() == null) { // else it is not quiet
            List<String> leaks = storm.domain.verify();
            leaked = Math.max(leaked, leaks.size()); // what leaked once is found each time
            leaks.forEach(this::note);
        }
    }

    private void lookForLost() {
        for (int i = 0; i < storm.sources.length() && storm.failure.get() == null; i++) {
            StormSource source = storm.sources.get(i);
            if (!source.isAnswered()) {
                storm.lost.increment();
                note("lost by " + source);
                source.resynchronize();
            }
        }
    }

    void note(String finding) {
        if (findings.size() < MAX_FINDINGS && !findings.contains(finding)) {
            findings.add(finding);
        }
    }

    /** Until no poller holds anything: a bit on its way from one to the next is seen by the second pass. */
    private void awaitIdle() {
        for (int pass = 0; pass < 2; pass++) {
            for (StormPoller poller : storm.pollers) {
                long until = poller.idleRounds.get() + 3;
                await(() -> poller.idleRounds.get() >= until || poller.asleep && storm.isQuiet());
            }
        }
    }

    /** Waits; who sleeps on work, for much longer than a thread ever waits for a CPU, was not woken. */
    private void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LOST_NANOS;
        while (!condition.getAsBoolean() && storm.failure.get() == null) {
            if (System.nanoTime() - deadline > 0) {
                for (StormPoller poller : storm.pollers) {
                    if (poller.asleep && !poller.mine.stream().allMatch(Storm::isQuiet)) {
                        storm.lost.increment();
                        note("lost wake-up: " + poller.thread + " sleeps, owner of " + poller.mine);
                        LockSupport.unpark(poller.thread);
                    }
                }
                deadline += LOST_NANOS;
            }
            Thread.yield();
        }
    }
}
