// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * An owner in a {@link Storm}: owns some CPUs for a while, then others; some have no owner meanwhile. Moves interrupts
 * between polls. Sleeps with no timeout, but only while each CPU has an owner.
 */
final class StormPoller implements Runnable {
    private static final int MOVES_PER_YIELD = 256;

    final AtomicLong idleRounds = new AtomicLong();
    final List<Cpu> mine = new ArrayList<>(); // to be read by others only while it is asleep
    volatile boolean asleep; // or about to, or apart: holds nothing that it took
    volatile Thread thread;
    private final Storm storm;
    private final boolean duels;
    private final SplittableRandom random;

    StormPoller(Storm storm, int id) {
        this.storm = storm;
        duels = id == 0;
        random = new SplittableRandom(storm.seed + id);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!storm.end) {
            if (storm.duel == null) {
                pollSome();
            } else if (duels) {
                fight();
            } else {
                asleep = true;
                LockSupport.parkNanos(Storm.REST_NANOS);
                asleep = false;
            }
        }
    }

    private void pollSome() {
        if (random.nextInt(8) == 0) {
            runOne(storm.domain.cpu(random.nextInt(Storm.CPUS)));
            return;
        }
        for (int cpu = 0; cpu < Storm.CPUS; cpu++) {
            if (random.nextInt(storm.pollers.length + 1) != 0 && claim(storm.domain.cpu(cpu))) {
                mine.add(storm.domain.cpu(cpu));
            }
        }
        for (int round = random.nextInt(200); round >= 0 && !storm.end && storm.duel == null; round--) {
            pollAll();
        }
        release();
    }

    private boolean claim(Cpu cpu) {
        return random.nextBoolean()
                ? cpu.claim()
                : cpu.claim(() -> {
                    LockSupport.unpark(thread);
                    throw new Storm.Expected();
                });
    }

    private void release() {
        mine.forEach(Cpu::release);
        mine.clear();
    }

    private void pollAll() {
        int served = 0;
        for (Cpu cpu : mine) {
            served += random.nextInt(4) == 0 ? cpu.poll(1 + random.nextInt(3)) : cpu.poll();
        }
        if (!storm.rest && random.nextInt(4) == 0) {
            storm.move(random);
        }
        if (served == 0) {
            if (storm.isQuiet()) {
                idleRounds.incrementAndGet();
            }
            if (storm.duel == null && (storm.rest || random.nextInt(8) == 0) && maySleep()) {
                sleep();
            } else {
                Thread.yield();
            }
        }
    }

    // ---- sleep ----

    private void sleep() {
        asleep = true;
        int announced = 0;
        while (announced < mine.size() && mine.get(announced).announceSleep()) {
            announced++;
        }
        if (announced == mine.size() && !storm.end && storm.duel == null) {
            LockSupport.park(this); // nobody but a waker ends it
        }
        mine.subList(0, announced).forEach(Cpu::endSleep);
        asleep = false;
    }

    /** The library's own loop, for some rounds. */
    private void runOne(Cpu cpu) {
        if (!cpu.claim()) {
            return;
        }
        mine.add(cpu);
        int last = random.nextInt(50);
        int[] rounds = {0};
        SignalIdle idle = new SignalIdle(cpu);
        cpu.run(served -> {
            if (rounds[0]++ == last || storm.end || storm.duel != null) {
                thread.interrupt();
            } else if (maySleep()) {
                asleep = true;
                idle.idle(served);
                asleep = false;
            }
        });
        Thread.interrupted();
        mine.clear();
    }

    /** If not, nobody might be left to poll a CPU without an owner; one that moves owns it for a moment only. */
    private boolean maySleep() {
        for (int cpu = 0; cpu < Storm.CPUS; cpu++) {
            Thread owner = storm.domain.cpu(cpu).owner();
            if (owner == null || !owner.getName().startsWith(Storm.POLLER)) {
                return false;
            }
        }
        return true;
    }

    // ---- duel ----

    /** Owns every CPU, and moves the interrupt that the device raises, to and fro. */
    private void fight() {
        for (int cpu = 0; cpu < Storm.CPUS; cpu++) {
            while (!storm.domain.cpu(cpu).claim()) {
                Thread.yield();
            }
            mine.add(storm.domain.cpu(cpu));
        }
        StormSource before = null;
        int here = 0;
        int there = 0;
        StormSource source = storm.duel;
        for (int round = 1; source != null && !storm.end; round++, source = storm.duel) {
            if (source != before) {
                before = source;
                here = random.nextInt(Storm.CPUS);
                there = (here + 1 + random.nextInt(Storm.CPUS - 1)) % Storm.CPUS;
            }
            if (storm.truce || round % MOVES_PER_YIELD == 0) {
                pollAll();
                Thread.yield(); // to the device, should it share this core
            } else {
                storm.moved(source.irq.setAffinity(storm.single[(round & 1) == 0 ? here : there]));
                storm.domain.cpu(here).poll();
                storm.domain.cpu(there).poll();
            }
        }
        release();
    }
}
