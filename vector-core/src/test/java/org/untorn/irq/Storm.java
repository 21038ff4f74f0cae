// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.untorn.matrix.CpuMask;
import org.untorn.matrix.MatrixSnapshot;
import org.untorn.msi.RemappingTable;

/**
 * Everything at once: raisers, movers, maskers, offliners, closers and openers on eight CPUs that a few threads poll,
 * claim and release; handlers that throw, dawdle, and move themselves.
 *
 * <p>Half of the interrupts live in closed loop: one thread, the device, raises each of them as soon as its last raise
 * was answered, and nobody else raises or retriggers them, so that a loss cannot hide. The other half lives in open loop:
 * raises merge there. Some times a second everybody comes to rest, then what is not answered is lost. Payloads are plain
 * fields, so a raise that does not publish is seen as a loss too.
 *
 * <p>Not seen: the loss of a raise in open loop if another one followed before the next rest; the loss of a raise in
 * closed loop if a move retriggered the interrupt anyway; whatever needs more CPUs than the machine has.
 */
public final class Storm {
    /** How interrupts are moved: the ways of the library, then the controls, which lose. */
    public enum Way {
        STAMPED,
        THREE_STEP,
        THREE_STEP_ALWAYS,
        MASKED,
        REMAPPED,
        POLICY,
        POLICY_MASKABLE,
        TORN,
        THREE_STEP_HARDWARE;

        /** All that lose nothing. */
        public static final Set<Way> LIBRARY = EnumSet.range(STAMPED, POLICY_MASKABLE);

        private VectorDomain.IrqBuilder on(VectorDomain.IrqBuilder builder, RemappingTable table) {
            return switch (this) {
                case REMAPPED -> builder.remapped(table);
                case POLICY -> builder.policy(MigrationPolicy.LINUX, false);
                case POLICY_MASKABLE -> builder.policy(MigrationPolicy.LINUX, true);
                case TORN, THREE_STEP_HARDWARE -> Controls.valueOf(name()).on(builder);
                default -> builder.protocol(Protocol.valueOf(name()));
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * What was counted.
     *
     * @param raises calls of raise and retrigger
     * @param coalesced those that found the interrupt pending
     * @param spurious runs in closed loop without a new raise; only where a raise is waited for before the next is made,
     *     so that it is known which run is one too many
     * @param causes runs without a new raise that the library's counters account for, at most: raises repeated because
     *     the interrupt moved under them, replayed, retriggered by a move that took nothing; 0 unless the domain counts
     * @param stray pending bits that were set late, where the interrupt had left
     * @param told callbacks of moves that could be deferred
     * @param leaked what {@link VectorDomain#verify} and the tables found
     */
    public record Result(
            long raises,
            long runs,
            long coalesced,
            long spurious,
            long causes,
            long stray,
            long moves,
            long offlines,
            long closes,
            long masks,
            long told,
            long lost,
            long leaked,
            long overlaps,
            List<String> findings) {
        public static final Result NONE = new Result(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());

        public Result plus(Result more) {
            List<String> all = new ArrayList<>(findings);
            all.addAll(more.findings);
            return new Result(
                    raises + more.raises,
                    runs + more.runs,
                    coalesced + more.coalesced,
                    spurious + more.spurious,
                    causes + more.causes,
                    stray + more.stray,
                    moves + more.moves,
                    offlines + more.offlines,
                    closes + more.closes,
                    masks + more.masks,
                    told + more.told,
                    lost + more.lost,
                    leaked + more.leaked,
                    overlaps + more.overlaps,
                    all);
        }
    }

    static final int CPUS = 8;
    static final int OPEN_LOOP = 64;
    static final int CLOSED_LOOP = 64;
    private static final String OPEN_LOOP_NAME = "open loop ";
    static final String POLLER = "poller-";
    static final long REST_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long STUCK_SECONDS = 60;

    final long seed;
    private final Way[] ways;
    private final boolean counting;
    final VectorDomain domain;
    private final RemappingTable table = new RemappingTable(RemappingTable.MAX_SIZE);
    private final Watchdog watchdog; // watcher
    final CpuMask[] masks = new CpuMask[64];
    final CpuMask[] single = new CpuMask[CPUS];
    final AtomicReferenceArray<StormSource> sources = new AtomicReferenceArray<>(OPEN_LOOP + CLOSED_LOOP);
    private final List<Thread> threads = new ArrayList<>();
    final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final StormDevice device;
    final LongAdder raises = new LongAdder();
    final LongAdder coalesced = new LongAdder();
    final LongAdder spurious = new LongAdder();
    private final LongAdder moves = new LongAdder();
    private final LongAdder offlines = new LongAdder();
    private final LongAdder closes = new LongAdder();
    private final LongAdder maskings = new LongAdder();
    private final LongAdder wished = new LongAdder();
    private final LongAdder told = new LongAdder();
    final LongAdder lost = new LongAdder();
    final LongAdder overlaps = new LongAdder();
    final AtomicInteger working = new AtomicInteger(); // makers of trouble that are not at rest
    volatile int target = OPEN_LOOP; // what is about to be moved: the device aims there
    volatile boolean rest;
    volatile StormSource duel; // what one poller moves and the device raises, or null
    volatile boolean truce; // it is not moved for the moment
    volatile boolean stop; // for makers of trouble and the device
    volatile boolean end; // for pollers
    StormPoller[] pollers;

    static final class Expected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Expected() {
            super("expected", null, false, false);
        }
    }

    /**
     * @param seed of every thread's decisions
     * @param ways how interrupts are moved, at random
     * @param counting whether the domain counts; if not, raises take the way they take in production
     */
    public Storm(long seed, Set<Way> ways, Order order, boolean counting) {
        this.seed = seed;
        this.ways = ways.toArray(new Way[0]);
        this.counting = counting;
        domain = VectorDomain.builder(CPUS)
                .counting(counting)
                .order(order)
                .errorHandler(new ErrorHandler() {
                    @Override
                    public void onError(Irq irq, Throwable error) {
                        expect(error);
                    }

                    @Override
                    public void onWakerError(Cpu cpu, Throwable error) {
                        expect(error);
                    }
                })
                .affinityListener((irq, affinity) -> retriggerIfOpenLoop(irq))
                .build();
        device = new StormDevice(this);
        watchdog = new Watchdog(domain, 0);
        Arrays.setAll(single, CpuMask::of);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < masks.length; i++) {
            masks[i] = CpuMask.of(random.ints(1 + random.nextInt(3), 0, CPUS).toArray());
        }
        for (int i = 0; i < sources.length(); i++) {
            sources.set(i, Objects.requireNonNull(open(i, random), "no vector"));
        }
    }

    /** Null if there is no vector: many interrupts are closed, and their vectors not released. */
    private StormSource open(int index, SplittableRandom random) {
        StormSource source = new StormSource(this, index);
        String name = (source.inClosedLoop ? "closed loop " : OPEN_LOOP_NAME) + index;
        Way way = ways[random.nextInt(ways.length)];
        VectorDomain.IrqBuilder builder =
                way.on(domain.irq(source), table).name(name).affinity(masks[random.nextInt(masks.length)]);
        if (index % 5 == 0) {
            builder.managed();
        }
        source.irq = builder.open()
                .or(() -> way.on(domain.irq(source), table).name(name).open())
                .orElse(null);
        return source.irq == null ? null : source;
    }

    /**
     * Lets it blow.
     *
     * @param untilLost whether it ends as soon as something was lost
     */
    public Result run(long millis, int pollerCount, boolean untilLost) throws InterruptedException {
        pollers = new StormPoller[pollerCount];
        Arrays.setAll(pollers, id -> new StormPoller(this, id));
        for (int id = 0; id < pollerCount; id++) {
            start(POLLER + id, pollers[id]);
        }
        trouble("raiser", 1 << 15, this::raise);
        trouble("mover", 512, this::move);
        trouble("masker", 16, this::mask);
        trouble("offliner", 2, this::offline);
        trouble("closer", 4, this::closeAndOpen);
        trouble("watcher", 2, this::watch);
        start("device", device);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < deadline && failure.get() == null && !(untilLost && lost.sum() != 0)) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        stop = true;
        for (Thread thread : threads) {
            if (!thread.getName().startsWith(POLLER)) {
                join(thread);
            }
        }
        device.settle();
        end = true;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
            join(thread);
        }
        return result();
    }

    private Result result() {
        domain.close(); // and with it all moves that were deferred
        checkNothingIsLeft();
        if (wished.sum() != told.sum()) {
            device.note(wished + " moves that could be deferred, " + told + " callbacks");
        }
        if (failure.get() != null) {
            device.note("thrown: " + failure.get() + " at "
                    + Arrays.toString(failure.get().getStackTrace()));
        }
        long runs = 0;
        long stray = 0;
        for (int cpu = 0; cpu < CPUS; cpu++) {
            runs += domain.cpu(cpu).runs();
            stray += domain.cpu(cpu).strays();
        }
        long causes = counting ? causes() : 0;
        if (counting && spurious.sum() > causes) {
            device.note("spurious " + spurious + ", accounted for at most " + causes);
        }
        return new Result(
                raises.sum(),
                runs,
                coalesced.sum(),
                spurious.sum(),
                causes,
                stray,
                moves.sum(),
                offlines.sum(),
                closes.sum(),
                maskings.sum(),
                told.sum(),
                lost.sum(),
                device.leaked,
                overlaps.sum(),
                device.findings);
    }

    private void checkNothingIsLeft() {
        MatrixSnapshot matrix = domain.matrixSnapshot();
        int managed =
                matrix.cpus().stream().mapToInt(MatrixSnapshot.Row::managed).sum();
        if (failure.get() == null && matrix.totalAllocated() + managed + table.allocated() != 0) {
            device.leaked++;
            device.note("left in a closed domain: remapping entries " + table.allocated() + ", vectors\n" + matrix);
        }
    }

    /** How many bits were asked for by the library itself, and not in place of one that was taken. */
    private long causes() {
        long sum = 0;
        for (long[] counts : domain.counts()) {
            sum += counts[Cause.STRIDE + Cause.REPEATED]
                    + counts[Cause.STRIDE + Cause.REPLAYED]
                    + counts[Cause.STRIDE + Cause.RETRIGGERED]
                    - counts[Cause.STRIDE + Cause.CLAIMED];
        }
        return sum;
    }

    // ---- makers of trouble ----

    private void raise(SplittableRandom random) {
        sources.get(random.nextInt(OPEN_LOOP)).raise(false);
    }

    void move(SplittableRandom random) {
        int i = random.nextInt(sources.length());
        target = i;
        Irq irq = sources.get(i).irq;
        CpuMask mask = masks[random.nextInt(masks.length)];
        if (random.nextInt(8) == 0) {
            wished.increment();
            irq.setAffinity(mask, result -> {
                told.increment();
                moved(result);
                retriggerIfOpenLoop(irq);
                if (mask.contains(0)) {
                    throw new Expected();
                }
            });
        } else {
            moved(irq.setAffinity(mask));
        }
        if (random.nextInt(64) == 0) {
            irq.cancelMove();
        }
    }

    void moved(MoveResult result) {
        if (result == MoveResult.MOVED) {
            moves.increment();
        }
    }

    private void mask(SplittableRandom random) {
        Irq irq = sources.get(random.nextInt(sources.length())).irq;
        irq.mask();
        if (random.nextBoolean()) {
            Thread.yield();
        }
        irq.unmask();
        maskings.increment();
    }

    /** Takes a CPU off, and leaves it there now and then, so that several are. */
    private void offline(SplittableRandom random) {
        Cpu cpu = domain.cpu(random.nextInt(CPUS));
        for (int tries = random.nextInt(50); tries >= 0; tries--) {
            if (cpu.offline().status() == OfflineResult.Status.DONE) {
                offlines.increment();
                break;
            }
            Thread.yield();
        }
        if (random.nextInt(4) != 0) {
            cpu.online();
        }
        domain.cpu(random.nextInt(CPUS)).online();
    }

    private void closeAndOpen(SplittableRandom random) {
        reopen(random.nextInt(OPEN_LOOP), random);
    }

    StormSource reopen(int index, SplittableRandom random) {
        StormSource before = sources.get(index);
        StormSource after = open(index, random);
        if (after == null) {
            return before;
        }
        sources.set(index, after);
        CloseResult result = before.irq.close();
        if (result == CloseResult.CLOSED || random.nextBoolean() && awaitClosed(before.irq)) {
            before.closed = true;
        }
        closes.increment();
        return after;
    }

    private boolean awaitClosed(Irq irq) {
        try {
            return irq.awaitClosed(TimeUnit.MICROSECONDS.toNanos(50));
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private void watch(SplittableRandom random) {
        watchdog.check();
        domain.snapshot();
        int online = domain.matrixSnapshot().cpus().size();
        if (online > CPUS) {
            throw new AssertionError("online=" + online + ", limit=" + CPUS);
        }
    }

    private void retriggerIfOpenLoop(Irq irq) {
        if (irq.name().startsWith(OPEN_LOOP_NAME)) {
            irq.retrigger();
        }
    }

    /** Nothing is masked or offline any more; makers of trouble are at rest or gone. */
    void calm() {
        for (int cpu = 0; cpu < CPUS; cpu++) {
            domain.cpu(cpu).online();
        }
        for (int i = 0; i < sources.length(); i++) {
            sources.get(i).irq.unmask();
            sources.get(i).irq.cancelMove();
        }
    }

    boolean isQuiet() {
        for (int cpu = 0; cpu < CPUS; cpu++) {
            if (!isQuiet(domain.cpu(cpu))) {
                return false;
            }
        }
        return true;
    }

    static boolean isQuiet(Cpu cpu) {
        return cpu.pending().isEmpty() && cpu.leaving().isEmpty();
    }

    // ---- threads ----

    /** Makes trouble, in turns of up to so many strokes. */
    private void trouble(String name, int strokes, Consumer<SplittableRandom> body) {
        SplittableRandom random = new SplittableRandom(seed ^ name.hashCode());
        start(name, () -> {
            while (!stop) {
                working.incrementAndGet();
                try {
                    for (int left = random.nextInt(strokes); left >= 0 && !rest && !stop; left--) {
                        body.accept(random);
                    }
                } finally {
                    working.decrementAndGet();
                }
                if (rest) {
                    LockSupport.parkNanos(REST_NANOS);
                } else {
                    Thread.yield();
                }
            }
        });
    }

    private void start(String name, Runnable body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (Throwable error) {
                        failure.compareAndSet(null, error);
                        stop = true;
                        end = true;
                    }
                },
                name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private static void join(Thread thread) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(STUCK_SECONDS));
        if (thread.isAlive()) {
            throw new AssertionError(thread + " is stuck:\n" + ThreadDump.take());
        }
    }

    private void expect(Throwable error) {
        if (!(error instanceof Expected)) {
            failure.compareAndSet(null, error);
        }
    }
}
