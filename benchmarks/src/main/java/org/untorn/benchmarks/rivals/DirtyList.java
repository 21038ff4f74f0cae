// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.IntConsumer;
import org.jctools.queues.MpscArrayQueue;

/**
 * A list of dirty sources, as Hazelcast's reactors keep it: a flag per source, set by whoever signals; the one that set
 * it puts the source into its worker's queue; the worker clears it before it runs the handler. A source that is moved
 * while it is queued is passed on by the worker that finds it, and one that still runs elsewhere is queued again.
 *
 * <p>So it coalesces, loses nothing, overlaps nothing and can be moved, by one store: the same job. What it cannot do is to
 * take a queued source from a worker that is stuck.
 */
final class DirtyList implements SignalPath, MovePath {
    /*
     * M1 drain: clear the flag, then run. signal: publish, then look at the flag; whoever finds it set has to fence and
     *    look again, or what it published may be seen by no run.
     * Layout: a source fills two cache lines, as an Irq does.
     */
    private static final VarHandle DIRTY = handle("dirty");
    private static final VarHandle RUNNING = handle("running");

    private static final class DirtySource extends Source {
        private volatile boolean dirty; // written: signallers, worker
        private volatile boolean running; // written: worker
        private volatile int worker; // written: movers
        long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14;

        DirtySource(int index, IntConsumer handler) {
            super(index, handler);
        }
    }

    private final DirtySource[] sources;
    private final MpscArrayQueue<DirtySource>[] queues;

    @SuppressWarnings({"unchecked", "rawtypes"}) // of an array of queues
    DirtyList(int workers, int[] starts, IntConsumer handler) {
        sources = new DirtySource[starts.length];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = new DirtySource(i, handler);
            sources[i].worker = starts[i];
        }
        queues = new MpscArrayQueue[workers];
        for (int i = 0; i < workers; i++) {
            queues[i] = new MpscArrayQueue<>(
                    Math.max(Rival.CAPACITY, 2 * sources.length)); // a source is queued once: never full
        }
    }

    @Override
    public boolean signal(int source) {
        DirtySource dirty = sources[source];
        if (dirty.dirty) {
            VarHandle.fullFence(); // M1
            if (dirty.dirty) {
                return true;
            }
        }
        if (DIRTY.compareAndSet(dirty, false, true)) {
            queue(dirty);
        }
        return true;
    }

    private void queue(DirtySource source) {
        if (!queues[source.worker].offer(source)) {
            throw new IllegalStateException("source " + source.index + " does not fit in, limit=" + Rival.CAPACITY);
        }
    }

    @Override
    public int drain() {
        return poll(0);
    }

    @Override
    public int poll(int worker) {
        MpscArrayQueue<DirtySource> queue = queues[worker];
        int runs = 0;
        DirtySource again = null; // what is queued again here is not met a second time in this poll
        for (DirtySource source = queue.poll(); source != null; source = source == again ? null : queue.poll()) {
            if (source.worker != worker) {
                queue(source);
            } else if (RUNNING.compareAndSet(source, false, true)) {
                source.dirty = false; // M1
                source.handler.run();
                RUNNING.setRelease(source, false);
                runs++;
            } else {
                queue(source);
                again = source;
            }
        }
        return runs;
    }

    @Override
    public void raise(int source) {
        signal(source);
    }

    @Override
    public boolean move(int source, int worker) {
        sources[source].worker = worker;
        return true;
    }

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup()
                    .findVarHandle(DirtySource.class, field, boolean.class)
                    .withInvokeExactBehavior();
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }
}
