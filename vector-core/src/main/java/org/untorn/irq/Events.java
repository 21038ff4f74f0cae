// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * What the JDK's flight recorder is told, once it is asked to listen: moves, offline and online, what was refused or went
 * astray; never a raise or a poll. Each event is off until a recording enables it, and then this is one test of a field.
 *
 * <p>Nothing of {@code jdk.jfr} is loaded where that module is absent: all that names its classes is behind {@link #PRESENT}.
 */
final class Events {
    private static final boolean PRESENT =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private Events() {}

    /** Until a recording was begun the events are not even named: the first one would start the recorder, for seconds. */
    private static boolean on() {
        return PRESENT && FlightRecorder.isInitialized();
    }

    /** Now, if anything that takes time is recorded; else 0. */
    static long begin() {
        return on() && (Move.PROBE.isEnabled() || Offline.PROBE.isEnabled()) ? System.nanoTime() : 0L;
    }

    static void move(Irq irq, int fromCpu, int fromVector, int toCpu, int toVector, boolean retriggered, long begun) {
        if (on() && Move.PROBE.isEnabled()) {
            Move event = new Move();
            event.interrupt = irq.name();
            event.protocol = irq.migration.title();
            event.fromCpu = fromCpu;
            event.fromVector = fromVector;
            event.toCpu = toCpu;
            event.toVector = toVector;
            event.retriggered = retriggered;
            event.took = since(begun);
            event.commit();
        }
    }

    static void offline(Cpu cpu, OfflineResult result, long begun) {
        if (on() && Offline.PROBE.isEnabled()) {
            Offline event = new Offline();
            event.cpu = cpu.index();
            event.status = result.status().name();
            event.toMove = result.toMove();
            event.available = result.available();
            event.took = since(begun);
            event.commit();
        }
    }

    static void online(Cpu cpu) {
        if (on() && Online.PROBE.isEnabled()) {
            Online event = new Online();
            event.cpu = cpu.index();
            event.commit();
        }
    }

    static void busy(Irq irq) {
        if (on() && Busy.PROBE.isEnabled()) {
            Busy event = new Busy();
            event.interrupt = irq.name();
            event.commit();
        }
    }

    static void brokenAffinity(Irq irq) {
        if (on() && BrokenAffinity.PROBE.isEnabled()) {
            Target target = irq.target();
            BrokenAffinity event = new BrokenAffinity();
            event.interrupt = irq.name();
            event.affinity = irq.affinity().toString();
            event.cpu = target == null ? -1 : target.cpu();
            event.commit();
        }
    }

    static void stray(Cpu cpu, int count) {
        if (on() && Stray.PROBE.isEnabled()) {
            Stray event = new Stray();
            event.cpu = cpu.index();
            event.count = count;
            event.commit();
        }
    }

    /** A recording may begin in the middle of what it records. */
    private static long since(long begun) {
        return begun == 0L ? 0L : System.nanoTime() - begun;
    }

    @Category("Untorn")
    @Enabled(false)
    @StackTrace(false)
    private abstract static class UntornEvent extends Event {}

    @Name("org.untorn.Move")
    @Label("Move")
    @Description("An interrupt was moved to another CPU")
    private static final class Move extends UntornEvent {
        static final Move PROBE = new Move();

        @Label("Interrupt")
        String interrupt;

        @Label("Protocol")
        String protocol;

        @Label("From CPU")
        int fromCpu;

        @Label("From Vector")
        int fromVector;

        @Label("To CPU")
        int toCpu;

        @Label("To Vector")
        int toVector;

        @Label("Retriggered")
        @Description("It was pending at the place it left, or might have been")
        boolean retriggered;

        @Label("Took")
        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    @Name("org.untorn.Offline")
    @Label("Offline")
    @Description("A CPU was asked to go offline")
    private static final class Offline extends UntornEvent {
        static final Offline PROBE = new Offline();

        @Label("CPU")
        int cpu;

        @Label("Status")
        String status;

        @Label("To Move")
        int toMove;

        @Label("Available")
        @Description("Vectors free on the other CPUs")
        int available;

        @Label("Took")
        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    @Name("org.untorn.Online")
    @Label("Online")
    @Description("A CPU came online")
    private static final class Online extends UntornEvent {
        static final Online PROBE = new Online();

        @Label("CPU")
        int cpu;
    }

    @Name("org.untorn.Busy")
    @Label("Busy")
    @Description("A move was refused: an earlier one is not over")
    private static final class Busy extends UntornEvent {
        static final Busy PROBE = new Busy();

        @Label("Interrupt")
        String interrupt;
    }

    @Name("org.untorn.BrokenAffinity")
    @Label("Broken Affinity")
    @Description("An interrupt had to go where it should not be")
    private static final class BrokenAffinity extends UntornEvent {
        static final BrokenAffinity PROBE = new BrokenAffinity();

        @Label("Interrupt")
        String interrupt;

        @Label("Affinity")
        String affinity;

        @Label("CPU")
        int cpu;
    }

    @Name("org.untorn.Stray")
    @Label("Stray")
    @Description("A poll found pending what no interrupt, or a closed one, answers")
    private static final class Stray extends UntornEvent {
        static final Stray PROBE = new Stray();

        @Label("CPU")
        int cpu;

        @Label("Count")
        int count;
    }
}
