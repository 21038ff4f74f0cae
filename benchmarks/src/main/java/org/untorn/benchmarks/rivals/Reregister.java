// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * What the author of an event loop does today: a source belongs to a worker, which alone touches it; a signal puts it into
 * that worker's task queue, unless it is there; to move it, a task of the old worker deregisters it, and when that is done
 * a task of the new one registers it and looks whether it was signalled meanwhile.
 */
final class Reregister implements MovePath {
    /*
     * M1 raise: set dirty, then read the worker. register: set the worker, then read dirty. So one of them sees the other,
     *    and the source is queued; if both do, the second run finds it clean.
     */
    private static final VarHandle DIRTY = handle();

    private static final class Registered extends Source {
        private volatile boolean dirty; // written: raisers, its worker
        private volatile Worker worker; // null between two registrations; written: the worker it leaves or comes to
        private CompletableFuture<Void> step; // mover: what it waits for; null between moves
        private boolean arriving; // mover: the step is the second

        Registered(int index, IntConsumer handler) {
            super(index, handler);
        }
    }

    private final class Worker {
        private final Executor executor;

        Worker(Executor executor) {
            this.executor = executor;
        }

        private void queue(Registered source) {
            executor.execute(() -> serve(source));
        }

        private void serve(Registered source) {
            if (source.worker == this && DIRTY.compareAndSet(source, true, false)) {
                source.handler.run();
                ran++;
            }
        }

        private void register(Registered source) {
            source.worker = this; // M1
            if (source.dirty) {
                queue(source);
            }
        }
    }

    private final Registered[] sources;
    private final Worker[] workers;
    private final Queue<Runnable>[] tasks; // of workers that are polled
    private final ExecutorService[] loops; // of those that have a thread each, and park
    private final int[] homes; // of each source; mover
    private int ran; // workers; exact where one thread polls all

    /** Workers that are polled by whoever attached, or that have a thread each. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // of an array of queues
    Reregister(boolean threads, int workers, int[] starts, IntConsumer handler) {
        this.workers = new Worker[workers];
        tasks = new Queue[threads ? 0 : workers];
        loops = new ExecutorService[threads ? workers : 0];
        for (int i = 0; i < workers; i++) {
            if (threads) {
                loops[i] = Executors.newSingleThreadExecutor(run -> {
                    Thread thread = new Thread(run, "event-loop");
                    thread.setDaemon(true);
                    return thread;
                });
                this.workers[i] = new Worker(loops[i]);
            } else {
                tasks[i] = new MpscUnboundedArrayQueue<>(Rival.CAPACITY);
                this.workers[i] = new Worker(tasks[i]::add);
            }
        }
        homes = starts.clone();
        sources = new Registered[starts.length];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = new Registered(i, handler);
            sources[i].worker = this.workers[starts[i]];
        }
    }

    @Override
    public void raise(int index) {
        Registered source = sources[index];
        if (source.dirty) {
            VarHandle.fullFence();
            if (source.dirty) {
                return;
            }
        }
        if (DIRTY.compareAndSet(source, false, true)) {
            Worker worker = source.worker; // M1
            if (worker != null) {
                worker.queue(source);
            }
        }
    }

    @Override
    public boolean move(int index, int worker) {
        Registered source = sources[index];
        if (source.step == null) {
            source.step = CompletableFuture.runAsync(() -> source.worker = null, workers[homes[index]].executor);
        }
        if (!isOver(source.step)) {
            return false;
        }
        if (!source.arriving) {
            source.arriving = true;
            source.step = CompletableFuture.runAsync(() -> workers[worker].register(source), workers[worker].executor);
            if (!isOver(source.step)) {
                return false;
            }
        }
        source.step = null;
        source.arriving = false;
        homes[index] = worker;
        return true;
    }

    private boolean isOver(CompletableFuture<Void> step) {
        if (loops.length != 0) {
            step.join();
        }
        return step.isDone();
    }

    @Override
    public int poll(int worker) {
        if (tasks.length == 0) {
            return 0;
        }
        int before = ran;
        for (Runnable task = tasks[worker].poll(); task != null; task = tasks[worker].poll()) {
            task.run();
        }
        return ran - before;
    }

    @Override
    public void close() {
        for (ExecutorService loop : loops) {
            loop.shutdown();
        }
    }

    private static VarHandle handle() {
        try {
            return MethodHandles.lookup()
                    .findVarHandle(Registered.class, "dirty", boolean.class)
                    .withInvokeExactBehavior();
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }
}
