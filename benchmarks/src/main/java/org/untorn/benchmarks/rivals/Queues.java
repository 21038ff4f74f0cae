// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.EventTranslatorOneArg;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.jctools.queues.MessagePassingQueue;

/** Queues of sources: a signal each, neither coalesced nor moved. Each is drained in the way its authors made for it. */
final class Queues {
    private Queues() {}

    private static void run(Source source) {
        source.handler.run();
    }

    /** JCTools' queues with a bound of their own. */
    static final class JcTools implements SignalPath {
        private final Source[] sources;
        private final MessagePassingQueue<Source> queue;
        private final MessagePassingQueue.Consumer<Source> consumer = Queues::run;

        JcTools(MessagePassingQueue<Source> queue, int sources, IntConsumer handler) {
            this.sources = Source.of(sources, handler);
            this.queue = queue;
        }

        @Override
        public boolean signal(int source) {
            return queue.offer(sources[source]);
        }

        @Override
        public int drain() {
            return queue.drain(consumer, Rival.CAPACITY);
        }
    }

    /** JCTools' queues without one. */
    static final class JcToolsUnbounded implements SignalPath {
        private final Source[] sources;
        private final MessagePassingQueue<Source> queue;
        private final MessagePassingQueue.Consumer<Source> consumer = Queues::run;
        private final Bound bound = new Bound(Rival.CAPACITY);

        JcToolsUnbounded(MessagePassingQueue<Source> queue, int sources, IntConsumer handler) {
            this.sources = Source.of(sources, handler);
            this.queue = queue;
        }

        @Override
        public boolean signal(int source) {
            return bound.take() && queue.offer(sources[source]);
        }

        @Override
        public int drain() {
            int runs = queue.drain(consumer, Rival.CAPACITY);
            bound.give(runs);
            return runs;
        }
    }

    static final class Agrona implements SignalPath {
        private final Source[] sources;
        private final ManyToOneConcurrentArrayQueue<Source> queue = new ManyToOneConcurrentArrayQueue<>(Rival.CAPACITY);
        private final Consumer<Source> consumer = Queues::run;

        Agrona(int sources, IntConsumer handler) {
            this.sources = Source.of(sources, handler);
        }

        @Override
        public boolean signal(int source) {
            return queue.offer(sources[source]);
        }

        @Override
        public int drain() {
            return queue.drain(consumer);
        }
    }

    static final class Linked implements SignalPath {
        private final Source[] sources;
        private final Queue<Source> queue = new ConcurrentLinkedQueue<>();
        private final Bound bound = new Bound(Rival.CAPACITY);

        Linked(int sources, IntConsumer handler) {
            this.sources = Source.of(sources, handler);
        }

        @Override
        public boolean signal(int source) {
            return bound.take() && queue.offer(sources[source]);
        }

        @Override
        public int drain() {
            int runs = 0;
            for (Source source = queue.poll(); source != null; source = queue.poll()) {
                source.handler.run();
                runs++;
            }
            bound.give(runs);
            return runs;
        }
    }

    /** With an event poller, which is made for a thread that has other work too. */
    static final class Disruptor implements SignalPath {
        private static final EventTranslatorOneArg<Event, Source> FILL =
                (event, sequence, source) -> event.source = source;

        private static final class Event {
            private Source source;
        }

        private final Source[] sources;
        private final RingBuffer<Event> ring =
                RingBuffer.createMultiProducer(Event::new, Rival.CAPACITY, new YieldingWaitStrategy());
        private final EventPoller<Event> poller = ring.newPoller();
        private final EventPoller.Handler<Event> handler = this::run;
        private int runs; // consumer

        Disruptor(int sources, IntConsumer handler) {
            this.sources = Source.of(sources, handler);
            ring.addGatingSequences(poller.getSequence());
        }

        private boolean run(Event event, long sequence, boolean endOfBatch) {
            event.source.handler.run();
            runs++;
            return true;
        }

        @Override
        public boolean signal(int source) {
            return ring.tryPublishEvent(FILL, sources[source]);
        }

        @Override
        public int drain() {
            runs = 0;
            try {
                poller.poll(handler);
            } catch (RuntimeException unchecked) {
                throw unchecked;
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible);
            }
            return runs;
        }
    }
}
