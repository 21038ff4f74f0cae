// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each rival does what it is compared for: a broken one would be easy to beat. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RivalTest {
    private static final int SOURCES = 100;
    private static final int ROUNDS = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private interface Opener {
        SignalPath open(int sources, IntConsumer handler);
    }

    /** Posts, signals, waits for a run that saw it; the payload is a plain field, so the signal has to publish it. */
    private static final class Loop {
        private final long[] posted = new long[SOURCES];
        private final AtomicLongArray seen = new AtomicLongArray(SOURCES);
        private final AtomicLong runs = new AtomicLong();
        private volatile boolean stop;
        private final SignalPath path;

        Loop(Opener opener) {
            path = opener.open(SOURCES, source -> {
                seen.set(source, posted[source]);
                runs.incrementAndGet();
            });
        }

        long run(int burst, Duration patience) throws Exception {
            Thread consumer = new Thread(() -> {
                path.attach();
                while (!stop) {
                    if (path.drain() == 0) {
                        Thread.yield();
                    }
                }
                path.drain();
            });
            consumer.setDaemon(true);
            consumer.start();
            long signals = 0;
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    int source = round * 37 % SOURCES;
                    for (int i = 0; i < burst; i++, signals++) {
                        posted[source]++;
                        while (!path.signal(source)) {
                            Thread.yield();
                        }
                    }
                    await(source, patience);
                }
            } finally {
                stop = true;
                consumer.join(PATIENCE.toMillis());
            }
            return signals;
        }

        private void await(int source, Duration patience) throws TimeoutException {
            for (long end = System.nanoTime() + patience.toNanos(); seen.get(source) != posted[source]; ) {
                if (System.nanoTime() - end > 0) {
                    throw new TimeoutException(
                            "source=" + source + ", posted=" + posted[source] + ", seen=" + seen.get(source));
                }
                Thread.yield();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void rival_closedLoop_losesNothing_andRunsNothingUnasked(Rival rival) throws Exception {
        Loop loop = new Loop(rival::open);
        assertEquals(ROUNDS, loop.run(1, PATIENCE));
        assertEquals(ROUNDS, loop.runs.get());
    }

    /** What it answers a signal that found the last one pending with must publish too. NonBlockingSetInt promises no such thing. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NON_BLOCKING_SET")
    void rival_bursts_losesNothing(Rival rival) throws Exception {
        Loop loop = new Loop(rival::open);
        long signals = loop.run(8, PATIENCE);
        if (rival.group().equals("less")) {
            assertEquals(signals, loop.runs.get());
        } else {
            assertTrue(loop.runs.get() >= ROUNDS && loop.runs.get() <= signals);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rival_full_refusesAndCountsNothing(Rival rival) {
        AtomicLong runs = new AtomicLong();
        SignalPath path = rival.open(1, source -> runs.incrementAndGet());
        path.attach();
        int accepted = 0;
        for (int i = 0; i < 2 * Rival.CAPACITY; i++) {
            accepted += path.signal(0) ? 1 : 0;
        }
        while (path.drain() != 0) {}
        assertEquals(rival.group().equals("less") ? Rival.CAPACITY : 2 * Rival.CAPACITY, accepted);
        assertEquals(rival.group().equals("less") ? Rival.CAPACITY : 1, runs.get());
    }

    @Test
    void pathThatDropsASignal_isSeen() {
        Loop loop = new Loop((sources, handler) -> new SignalPath() {
            private final SignalPath path = Rival.MPSC_ARRAY.open(sources, handler);
            private int signals;

            @Override
            public boolean signal(int source) {
                return ++signals % 1_000 == 0 || path.signal(source);
            }

            @Override
            public int drain() {
                return path.drain();
            }
        });
        assertThrows(TimeoutException.class, () -> loop.run(1, Duration.ofMillis(200)));
    }
}
