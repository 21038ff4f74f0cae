// SPDX-License-Identifier: Apache-2.0
package org.untorn.agrona;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.untorn.irq.Cpu;
import org.untorn.irq.Irq;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;

/**
 * Measures what an agent costs that has nothing to do, and how long it takes to wake: from the raise to the run of the
 * handler, of an agent that has been idle for some milliseconds. One agent, one interrupt, closed loop; the strategies in
 * turn, several rounds, so that what else the machine does meets all of them.
 *
 * <p>Run: {@code java -cp vector-core/target/classes:vector-core/target/test-classes:agrona-2.6.0.jar
 * org.untorn.agrona.IdleCost [seconds idle] [wake-ups] [rounds]}.
 */
public final class IdleCost {
    /** The share of a core that it took while nothing was raised, and the wake-up latencies, nanoseconds, ascending. */
    public record Cost(double idleShare, long[] wakeUpNanos) {
        long percentile(double share) {
            return wakeUpNanos[(int) Math.min(wakeUpNanos.length - 1, wakeUpNanos.length * share)];
        }
    }

    private static final long MIN_PAUSE_NANOS = 2_000_000; // Agrona's back-off is at its longest park by then
    private static final long MAX_PAUSE_NANOS = 6_000_000;

    private long raisedAt; // plain: written before the raise, read by the handler
    private volatile long tookNanos;

    private IdleCost() {}

    /** Measures one strategy. */
    public static Cost measure(Function<Cpu, IdleStrategy> strategy, long idleMillis, int wakeUps)
            throws InterruptedException {
        return new IdleCost().run(strategy, idleMillis, wakeUps);
    }

    private Cost run(Function<Cpu, IdleStrategy> strategy, long idleMillis, int wakeUps) throws InterruptedException {
        VectorDomain domain = VectorDomain.ofCpus(1);
        Irq irq = domain.irq(source -> tookNanos = System.nanoTime() - raisedAt)
                .affinity(CpuMask.of(0))
                .open()
                .orElseThrow();
        AgentRunner runner = new AgentRunner(
                strategy.apply(domain.cpu(0)), Throwable::printStackTrace, null, new CpuAgent(domain, 0));
        Thread thread = AgentRunner.startOnThread(runner);
        long[] wakeUpNanos = new long[wakeUps];
        for (int i = 0; i < wakeUps; i++) {
            long pause = ThreadLocalRandom.current().nextLong(MIN_PAUSE_NANOS, MAX_PAUSE_NANOS);
            TimeUnit.NANOSECONDS.sleep(pause);
            tookNanos = 0;
            raisedAt = System.nanoTime();
            irq.raise();
            while (tookNanos == 0) {
                LockSupport.parkNanos(100_000); // leaves the core to it
            }
            wakeUpNanos[i] = tookNanos;
        }
        Arrays.sort(wakeUpNanos);
        long cpuBefore = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
        long before = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(idleMillis);
        long cpuNanos = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()) - cpuBefore;
        double share = (double) cpuNanos / (System.nanoTime() - before);
        domain.close();
        runner.close();
        return new Cost(share, wakeUpNanos);
    }

    /** Measures and prints a table. */
    public static void main(String[] args) throws InterruptedException {
        long idleMillis = 1_000 * (args.length > 0 ? Long.parseLong(args[0]) : 3);
        int wakeUps = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        Map<String, Function<Cpu, IdleStrategy>> strategies = new LinkedHashMap<>();
        strategies.put("signal", SignalIdleStrategy::new);
        strategies.put("backoff", cpu -> new BackoffIdleStrategy());
        strategies.put("sleep-1us", cpu -> new SleepingIdleStrategy());
        System.out.println("strategy     idle CPU %   wake-up us: p50      p90      p99      max");
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Function<Cpu, IdleStrategy>> each : strategies.entrySet()) {
                Cost cost = measure(each.getValue(), idleMillis, wakeUps);
                System.out.printf(
                        Locale.ROOT,
                        "%-12s %10.3f %17.1f %8.1f %8.1f %8.1f%n",
                        each.getKey(),
                        100 * cost.idleShare,
                        cost.percentile(0.5) / 1e3,
                        cost.percentile(0.9) / 1e3,
                        cost.percentile(0.99) / 1e3,
                        cost.percentile(1) / 1e3);
            }
        }
    }
}
