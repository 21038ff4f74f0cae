// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.untorn.matrix.CpuMask;
import org.untorn.msi.RemappingTable;

/**
 * Everything at once: raisers, movers, maskers, offliners, closers and openers on eight CPUs that a few threads poll,
 * claim and release. Some interrupts live in closed loop (raise, wait for the run), so that a loss cannot hide. Ends with
 * everything quiet, and then each live interrupt must have seen its last raise, and the books must balance.
 */
public final class Storm {
    /** What was counted. */
    public record Result(
            long seed,
            long raises,
            long runs,
            long moves,
            long offlines,
            long closes,
            long masks,
            long lost,
            long overlaps,
            List<String> findings) {}

    private static final int CPUS = 8;
    private static final int OPEN_LOOP = 48;
    private static final int CLOSED_LOOP = 8;
    private static final long DOUBT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long STUCK_SECONDS = 60;

    private final long seed;
    private final VectorDomain domain = VectorDomain.builder(CPUS)
            .counting(true)
            .errorHandler((irq, error) -> expect(error))
            .affinityListener((irq, affinity) -> irq.retrigger())
            .build();
    private final RemappingTable table = new RemappingTable(RemappingTable.MAX_SIZE);
    private final CpuMask[] masks = new CpuMask[64];
    private final AtomicReferenceArray<Source> sources = new AtomicReferenceArray<>(OPEN_LOOP + CLOSED_LOOP);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong overlaps = new AtomicLong();
    private final AtomicLong runs = new AtomicLong();
    private final AtomicLong raises = new AtomicLong();
    private final AtomicLong moves = new AtomicLong();
    private final AtomicLong offlines = new AtomicLong();
    private final AtomicLong closes = new AtomicLong();
    private final AtomicLong maskings = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicInteger working = new AtomicInteger(); // makers of trouble that are not at rest
    private volatile boolean rest;
    private volatile boolean stop; // for makers of trouble and devices
    private volatile boolean end; // for pollers
    private volatile long[] idleRounds; // of each poller

    /** A source of interrupts; posted and seen as in {@link ClosedLoop}. */
    private final class Source implements IrqHandler {
        final AtomicLong posted = new AtomicLong();
        volatile long seen;
        private final AtomicInteger running = new AtomicInteger();
        private final boolean throwing;
        Irq irq;

        Source(boolean throwing) {
            this.throwing = throwing;
        }

        @Override
        public void onInterrupt(Irq source) {
            if (running.getAndIncrement() != 0) {
                overlaps.incrementAndGet();
            }
            seen = posted.get();
            runs.lazySet(runs.get() + 1); // about
            if (throwing && (seen & 63) == 0) {
                running.decrementAndGet();
                throw new Expected();
            }
            running.decrementAndGet();
        }

        void raise() {
            posted.incrementAndGet();
            irq.raise();
        }
    }

    private static final class Expected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Expected() {
            super("expected", null, false, false);
        }
    }

    public Storm(long seed) {
        this.seed = seed;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < masks.length; i++) {
            int[] cpus = random.ints(1 + random.nextInt(3), 0, CPUS).toArray();
            masks[i] = CpuMask.of(cpus);
        }
        for (int i = 0; i < sources.length(); i++) {
            sources.set(i, open(i, random));
        }
    }

    private Source open(int i, SplittableRandom random) {
        Source source = new Source(i % 7 == 0);
        Protocol protocol = Protocol.values()[random.nextInt(Protocol.values().length)];
        VectorDomain.IrqBuilder builder =
                domain.irq(source).name("irq" + i).protocol(protocol).affinity(masks[random.nextInt(masks.length)]);
        if (i % 5 == 0) {
            builder.managed();
        }
        if (i % 3 == 0) {
            builder.remapped(table);
        }
        source.irq = builder.open()
                .orElseGet(() -> domain.irq(source)
                        .name("irq" + i)
                        .protocol(protocol)
                        .open()
                        .orElseThrow());
        return source;
    }

    public Result run(long millis, int pollers) throws InterruptedException {
        idleRounds = new long[pollers * 16];
        for (int id = 0; id < pollers; id++) {
            int first = id;
            start("poller-" + id, () -> poll(first, pollers));
        }
        trouble("raiser", random -> {
            for (int i = 0; i < 64; i++) {
                sources.get(random.nextInt(OPEN_LOOP)).raise();
                raises.lazySet(raises.get() + 1);
            }
        });
        trouble("mover", this::move);
        trouble("masker", this::mask);
        trouble("offliner", this::offline);
        trouble("closer", this::closeAndOpen);
        start("device", this::raiseInClosedLoop);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < deadline && failure.get() == null) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        stop = true;
        for (Thread thread : threads) {
            if (!thread.getName().startsWith("poller")) {
                join(thread);
            }
        }
        calm();
        awaitIdle(2);
        end = true;
        for (Thread thread : threads) {
            join(thread);
        }
        return result();
    }

    private Result result() {
        List<String> findings = new ArrayList<>();
        if (failure.get() != null) {
            findings.add("thrown: " + failure.get() + " at "
                    + Arrays.toString(failure.get().getStackTrace()));
        }
        for (int i = 0; i < sources.length(); i++) {
            Source source = sources.get(i);
            if (source.seen != source.posted.get()) {
                lost.incrementAndGet();
                findings.add(source.irq + ": posted " + source.posted + ", seen " + source.seen);
            }
        }
        findings.addAll(domain.verify());
        if (table.allocated() > sources.length()) {
            findings.add("remapping table: " + table.allocated() + " entries for " + sources.length() + " interrupts");
        }
        return new Result(
                seed,
                raises.get(),
                runs.get(),
                moves.get(),
                offlines.get(),
                closes.get(),
                maskings.get(),
                lost.get(),
                overlaps.get(),
                findings);
    }

    // ---- makers of trouble ----

    private void move(SplittableRandom random) {
        Irq irq = sources.get(random.nextInt(sources.length())).irq;
        CpuMask mask = masks[random.nextInt(masks.length)];
        MoveResult result =
                random.nextInt(8) == 0 ? irq.setAffinity(mask, done -> irq.retrigger()) : irq.setAffinity(mask);
        if (result == MoveResult.MOVED) {
            moves.lazySet(moves.get() + 1);
        }
        if (random.nextInt(64) == 0) {
            irq.cancelMove();
        }
    }

    private void mask(SplittableRandom random) {
        Irq irq = sources.get(random.nextInt(sources.length())).irq;
        irq.mask();
        if (random.nextBoolean()) {
            Thread.yield();
        }
        irq.unmask();
        maskings.lazySet(maskings.get() + 1);
    }

    private void offline(SplittableRandom random) {
        Cpu cpu = domain.cpu(random.nextInt(CPUS));
        for (int tries = random.nextInt(50); tries >= 0; tries--) {
            if (cpu.offline().status() == OfflineResult.Status.DONE) {
                offlines.lazySet(offlines.get() + 1);
                break;
            }
            Thread.yield();
        }
        cpu.online();
        Thread.yield();
    }

    private void closeAndOpen(SplittableRandom random) {
        int i = random.nextInt(OPEN_LOOP);
        Source before = sources.get(i);
        Source after = open(i, random);
        sources.set(i, after);
        before.irq.close();
        closes.lazySet(closes.get() + 1);
        Thread.yield();
    }

    // ---- the device in closed loop ----

    private void raiseInClosedLoop() {
        SplittableRandom random = new SplittableRandom(seed + 99);
        while (!stop) {
            Source source = sources.get(OPEN_LOOP + random.nextInt(CLOSED_LOOP));
            source.raise();
            raises.lazySet(raises.get() + 1);
            if (!awaitRun(source)) {
                lost.incrementAndGet();
            }
        }
    }

    private boolean awaitRun(Source source) {
        long posted = source.posted.get();
        long doubt = System.nanoTime() + DOUBT_NANOS;
        while (source.seen < posted) {
            Thread.yield();
            if (System.nanoTime() - doubt > 0) {
                rest = true;
                while (working.get() != 0) {
                    Thread.yield();
                }
                calm();
                awaitIdle(2);
                rest = false;
                return source.seen >= posted;
            }
        }
        return true;
    }

    /** Nothing is masked or offline any more; makers of trouble are at rest or gone. */
    private void calm() {
        for (int cpu = 0; cpu < CPUS; cpu++) {
            domain.cpu(cpu).online();
        }
        for (int i = 0; i < sources.length(); i++) {
            sources.get(i).irq.unmask();
            sources.get(i).irq.cancelMove();
        }
    }

    private void awaitIdle(int passes) {
        for (int pass = 0; pass < passes; pass++) {
            for (int poller = 0; poller < idleRounds.length; poller += 16) {
                long until = idleRounds[poller] + 3;
                while (idleRounds[poller] < until && failure.get() == null) {
                    Thread.yield();
                    idleRounds = idleRounds; // volatile: sees what the pollers wrote
                }
            }
        }
    }

    // ---- owners ----

    private void poll(int first, int step) {
        SplittableRandom random = new SplittableRandom(seed + first);
        while (!end) {
            claim(first, step);
            for (int round = 0; round < 200 && !end; round++) {
                pollOnce(first, step, random);
            }
            for (int cpu = first; cpu < CPUS; cpu += step) {
                domain.cpu(cpu).release();
            }
        }
    }

    private void claim(int first, int step) {
        for (int cpu = first; cpu < CPUS; cpu += step) {
            while (!domain.cpu(cpu).claim()) {
                Thread.yield();
            }
        }
    }

    private void pollOnce(int first, int step, SplittableRandom random) {
        int served = 0;
        for (int cpu = first; cpu < CPUS; cpu += step) {
            served += random.nextInt(4) == 0
                    ? domain.cpu(cpu).poll(1 + random.nextInt(3))
                    : domain.cpu(cpu).poll();
        }
        boolean idle = served == 0;
        for (int cpu = 0; cpu < CPUS; cpu++) {
            idle &= domain.cpu(cpu).pending().isEmpty()
                    && domain.cpu(cpu).leaving().isEmpty();
        }
        if (idle) {
            idleRounds[first * 16]++;
            idleRounds = idleRounds;
            Thread.yield();
        }
    }

    // ---- threads ----

    private void trouble(String name, Consumer<SplittableRandom> body) {
        SplittableRandom random = new SplittableRandom(seed ^ name.hashCode());
        CountDownLatch begun = new CountDownLatch(1);
        start(name, () -> {
            begun.countDown();
            while (!stop) {
                working.incrementAndGet();
                try {
                    if (!rest) {
                        body.accept(random);
                    }
                } finally {
                    working.decrementAndGet();
                }
                while (rest && !stop) {
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
