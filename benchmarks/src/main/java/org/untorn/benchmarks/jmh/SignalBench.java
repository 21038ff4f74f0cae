// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.jmh;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.untorn.benchmarks.run.Seed;
import org.untorn.irq.Cpu;
import org.untorn.irq.Internals;
import org.untorn.irq.Irq;
import org.untorn.irq.RaiseResult;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;
import org.untorn.pending.PendingBitmap;

/**
 * The way of a signal, on one thread, beside the bare instructions it is made of.
 *
 * <p>Hypothesis. A raise is one compareAndSet and a handful of cached loads; a take one exchange and four loads; a round
 * trip adds the run state. So bitmap raise + take costs at most 1.5 times a bare atomic-or + exchange on one vector, 1.75
 * times in random order (where the word is a surprise each time); Irq.raise at most twice the atomic-or; a poll of an
 * empty CPU at most three times four volatile reads.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class SignalBench {
    private static final int ORDER = 1 << 16; // longer than a branch predictor remembers
    private static final int BURST = 64;
    private static final VarHandle WORD =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final int[] order = new Random(Seed.VALUE).ints(ORDER, 0, 256).toArray();
    private int next;
    private int sum;

    private final long[] words = new long[16 + 4 + 16];
    private final PendingBitmap bitmap = new PendingBitmap();
    private final PendingBitmap full = new PendingBitmap();
    private final IntConsumer consumer = vector -> sum += vector;

    private final VectorDomain domain = VectorDomain.ofCpus(3);
    private final Cpu cpu = domain.cpu(0);
    private final Cpu idle = domain.cpu(2);
    private final PendingBitmap pending = Internals.pending(cpu);
    private final VectorDomain counting = VectorDomain.builder(1).counting(true).build();
    private final PendingBitmap countedPending = Internals.pending(counting.cpu(0));
    private final Irq[] countedIrqs = new Irq[BURST];
    private final Irq[] irqs = new Irq[BURST];
    private Irq irq;
    private Irq pendingIrq;

    @Setup
    public void setUp() {
        cpu.claim();
        idle.claim();
        full.raise(100);
        for (int i = 0; i < BURST; i++) {
            irqs[i] = open(0);
            countedIrqs[i] = counting.irq(source -> sum++).open().orElseThrow();
        }
        irq = irqs[0];
        pendingIrq = open(1);
        pendingIrq.raise();
    }

    private Irq open(int on) {
        return domain.irq(source -> sum++).affinity(CpuMask.of(on)).open().orElseThrow();
    }

    private int surprise() {
        return order[next++ & ORDER - 1];
    }

    // ---- the hardware's own cost ----

    @Benchmark
    public long baselineOr() {
        return (long) WORD.getAndBitwiseOr(words, 16, 1L);
    }

    @Benchmark
    public long baselineExchange() {
        return (long) WORD.getAndSet(words, 16, 1L);
    }

    @Benchmark
    public void baselineFence() {
        VarHandle.fullFence();
    }

    @Benchmark
    public long baselineRead() {
        return (long) WORD.getVolatile(words, 16);
    }

    @Benchmark
    public long baselineOrExchange() {
        long before = (long) WORD.getAndBitwiseOr(words, 16, 1L);
        return before + (long) WORD.getAndSet(words, 16, 0L);
    }

    @Benchmark
    public long baselineOrExchangeRandom() {
        int vector = surprise();
        int word = 16 + (vector >>> 6);
        long before = (long) WORD.getAndBitwiseOr(words, word, 1L << vector);
        return before + (long) WORD.getAndSet(words, word, 0L);
    }

    /** Of 64 bits in turn, all of them taken at once after the last: what {@link #irqRaise} is compared with. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public long baselineOrBurst() {
        long before = 0;
        for (int bit = 0; bit < BURST; bit++) {
            before += (long) WORD.getAndBitwiseOr(words, 16, 1L << bit);
        }
        return before + (long) WORD.getAndSet(words, 16, 0L);
    }

    @Benchmark
    public long baselineFourReads() {
        return (long) WORD.getVolatile(words, 16)
                | (long) WORD.getVolatile(words, 17)
                | (long) WORD.getVolatile(words, 18)
                | (long) WORD.getVolatile(words, 19);
    }

    // ---- PendingBitmap ----

    @Benchmark
    public int bitmapRaiseTake() {
        bitmap.raise(100);
        bitmap.takeLowestFirst(consumer);
        return sum;
    }

    @Benchmark
    public int bitmapRaiseTakeRandom() {
        bitmap.raise(surprise());
        bitmap.takeLowestFirst(consumer);
        return sum;
    }

    @Benchmark
    public boolean bitmapRaisePending() {
        return full.raise(100);
    }

    // ---- Irq, Cpu ----

    /** Of 64 interrupts in turn, their bits cleared at once after the last. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public long irqRaise() {
        for (Irq each : irqs) {
            each.raise();
        }
        return pending.takeWord(0) | pending.takeWord(1);
    }

    @Benchmark
    public RaiseResult irqRaisePending() {
        return pendingIrq.raise();
    }

    /** The same in a domain that counts every raise. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public long irqRaiseCounting() {
        for (Irq each : countedIrqs) {
            each.raise();
        }
        return countedPending.takeWord(0) | countedPending.takeWord(1);
    }

    @Benchmark
    public int pollEmpty() {
        return idle.poll();
    }

    @Benchmark
    public int irqRaisePoll() {
        irq.raise();
        return cpu.poll();
    }

    @Benchmark
    public int irqRaisePollRandom() {
        irqs[surprise() & BURST - 1].raise();
        return cpu.poll();
    }

    @Benchmark
    public int irqRetriggerPoll() {
        irq.retrigger();
        return cpu.poll();
    }
}
