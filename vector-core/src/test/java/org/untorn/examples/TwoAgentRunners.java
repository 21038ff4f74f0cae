// SPDX-License-Identifier: Apache-2.0
package org.untorn.examples;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;
import org.untorn.agrona.CpuAgent;
import org.untorn.agrona.SignalIdleStrategy;
import org.untorn.irq.Cpu;
import org.untorn.irq.Irq;
import org.untorn.irq.MoveResult;
import org.untorn.irq.VectorDomain;
import org.untorn.matrix.CpuMask;

/**
 * Shows how sources of work are moved between two running Agrona agents, and that nothing is lost: every source is raised
 * in closed loop (the next time only when the last one was answered), so one lost signal would stop it.
 */
public final class TwoAgentRunners {
    private static final int SOURCES = 4;

    /** What was counted. */
    public record Result(long raises, long moves, long lost) {}

    private static final class Source {
        final Irq irq;
        long posted; // plain: written before the raise, read by the run that answers it
        volatile long answered;

        Source(VectorDomain domain, int number) {
            irq = domain.irq(irq -> answered = posted)
                    .name("source" + number)
                    .affinity(CpuMask.of(0))
                    .open()
                    .orElseThrow();
        }

        /** Raises and waits for the answer; false if it does not come. */
        boolean raise(long patienceMillis) {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
            long number = ++posted;
            irq.raise();
            while (answered != number) {
                if (System.nanoTime() - deadline > 0) {
                    return false;
                }
                Thread.yield();
            }
            return true;
        }
    }

    private TwoAgentRunners() {}

    /** Moves for a time, or until a signal was not answered for as long as one has patience. */
    public static Result run(long millis, long patienceMillis, Function<Cpu, IdleStrategy> idle)
            throws InterruptedException {
        ErrorHandler errors = Throwable::printStackTrace;
        VectorDomain domain = VectorDomain.builder(2)
                .errorHandler((irq, error) -> errors.onError(error))
                .build();
        List<Source> sources = IntStream.range(0, SOURCES)
                .mapToObj(number -> new Source(domain, number))
                .toList();
        List<AgentRunner> runners = Stream.of(0, 1)
                .map(cpu -> new AgentRunner(idle.apply(domain.cpu(cpu)), errors, null, new CpuAgent(domain, cpu)))
                .toList();
        runners.forEach(AgentRunner::startOnThread);

        long[] raisesAndLost = new long[2];
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        Thread device = new Thread(
                () -> {
                    while (System.nanoTime() - end < 0 && raisesAndLost[1] == 0) {
                        for (Source source : sources) {
                            raisesAndLost[0]++;
                            raisesAndLost[1] += source.raise(patienceMillis) ? 0 : 1;
                        }
                        if ((raisesAndLost[0] & 63) == 0) {
                            LockSupport.parkNanos(1_000_000); // the agents fall asleep
                        }
                    }
                },
                "device");
        device.start();
        long moves = 0;
        for (int to = 1; device.isAlive(); to = 1 - to) {
            for (Source source : sources) {
                moves += source.irq.setAffinity(CpuMask.of(to)) == MoveResult.MOVED ? 1 : 0;
            }
            LockSupport.parkNanos(50_000);
        }
        device.join();
        domain.close(); // ends both agents
        runners.forEach(runner -> runner.close(100, thread -> {}));
        return new Result(raisesAndLost[0], moves, raisesAndLost[1]);
    }

    /** Runs it for a second. */
    public static void main(String[] args) throws InterruptedException {
        System.out.println(run(1_000, 10_000, SignalIdleStrategy::new));
    }
}
