// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.untorn.matrix.CpuMask;
import org.untorn.msi.MessageRegister;
import org.untorn.msi.PairedRegister;
import org.untorn.pending.PendingBitmap;

/**
 * Moves as Linux makes them: one lock around the matrix, the tables and the write of the message, and once more around
 * the release of the old vector, by its worker. Raises and polls take no lock, there as here. Register and pending bits
 * are the library's; the matrix needs no atomic under a lock and has none.
 *
 * <p>Two movers may be at one source.
 */
final class GlobalLock implements MovePath {
    /** A lock, so that two kinds can be compared. */
    interface Guard {
        void lock();

        void unlock();
    }

    /** One that parks. */
    static final class Parking implements Guard {
        private final ReentrantLock lock = new ReentrantLock();

        @Override
        public void lock() {
            lock.lock();
        }

        @Override
        public void unlock() {
            lock.unlock();
        }
    }

    /** One that spins, as a kernel's does; no more threads than cores, or a holder that is suspended stops them all. */
    static final class Spinning implements Guard {
        private static final VarHandle HELD = handle(Spinning.class, "held", boolean.class);

        private volatile boolean held;

        @Override
        public void lock() {
            while (held || !HELD.compareAndSet(this, false, true)) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void unlock() {
            HELD.setRelease(this, false);
        }
    }

    private static final int VECTORS = 256;
    private static final int FIRST_VECTOR = 33;
    private static final VarHandle RUNNING = handle(LockedSource.class, "running", boolean.class);
    private static final VarHandle SLOT =
            MethodHandles.arrayElementVarHandle(LockedSource[].class).withInvokeExactBehavior();

    private static final class LockedSource extends Source {
        private final PairedRegister register = new PairedRegister();
        private boolean leaving; // under the lock: the old vector is not released
        private volatile boolean running; // written: worker

        LockedSource(int index, IntConsumer handler) {
            super(index, handler);
        }
    }

    private static final class Worker {
        private final LockedSource[] table = new LockedSource[VECTORS]; // written: under the lock
        private final long[] allocated = new long[VECTORS / 64]; // under the lock
        private final PendingBitmap pending = new PendingBitmap(VECTORS);
        private final PendingBitmap released = new PendingBitmap(VECTORS); // vectors that were left
        private int available = VECTORS - FIRST_VECTOR; // under the lock

        private int allocate() {
            for (int word = 0; word < allocated.length; word++) {
                long free = ~allocated[word] & (word == 0 ? -1L << FIRST_VECTOR : -1L);
                if (free != 0) {
                    allocated[word] |= Long.lowestOneBit(free);
                    available--;
                    return (word << 6) + Long.numberOfTrailingZeros(free);
                }
            }
            throw new IllegalStateException("vectors=" + VECTORS + ", free=" + available);
        }

        private void free(int vector) {
            allocated[vector >>> 6] &= ~(1L << vector);
            available++;
        }
    }

    private final Guard guard;
    private final Worker[] workers;
    private final CpuMask[] masks; // of each worker, as a mover is given one
    private int available; // of all workers; under the lock
    private final LockedSource[] sources;

    GlobalLock(Guard guard, int workers, int[] starts, IntConsumer handler) {
        this.guard = guard;
        this.workers = new Worker[workers];
        masks = new CpuMask[workers];
        for (int i = 0; i < workers; i++) {
            this.workers[i] = new Worker();
            masks[i] = CpuMask.of(i);
            available += this.workers[i].available;
        }
        sources = new LockedSource[starts.length];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = new LockedSource(i, handler);
            program(sources[i], masks[starts[i]]);
        }
    }

    /** Of the CPUs of the mask the one with the most free vectors, as in Linux' matrix.c. */
    private int best(CpuMask mask) {
        int best = mask.next(0);
        for (int worker = mask.next(best + 1); worker >= 0; worker = mask.next(worker + 1)) {
            if (workers[worker].available > workers[best].available) {
                best = worker;
            }
        }
        return best;
    }

    private void program(LockedSource source, CpuMask mask) {
        int worker = best(mask);
        int vector = workers[worker].allocate();
        available--;
        SLOT.setVolatile(workers[worker].table, vector, source);
        source.register.compareAndSet(source.register.read(), worker, vector);
    }

    @Override
    public void raise(int index) {
        PairedRegister register = sources[index].register;
        long reading;
        do {
            reading = register.read();
            workers[MessageRegister.destination(reading)].pending.raise(MessageRegister.vector(reading));
        } while (!register.isCurrent(reading));
    }

    @Override
    public boolean move(int index, int worker) {
        LockedSource source = sources[index];
        guard.lock();
        try {
            long from = source.register.read();
            int old = MessageRegister.destination(from);
            if (source.leaving || masks[worker].contains(old)) {
                return false;
            }
            program(source, masks[worker]);
            int oldVector = MessageRegister.vector(from);
            if (workers[old].pending.clear(oldVector)) {
                raise(index);
            }
            source.leaving = true;
            workers[old].released.raise(oldVector);
            return true;
        } finally {
            guard.unlock();
        }
    }

    @Override
    public int poll(int index) {
        Worker worker = workers[index];
        int runs = 0;
        for (long words = worker.pending.nonEmptyWords(); words != 0; words &= words - 1) {
            int word = Long.numberOfTrailingZeros(words);
            for (long bits = worker.pending.takeWord(word); bits != 0; bits &= bits - 1) {
                LockedSource source =
                        (LockedSource) SLOT.getVolatile(worker.table, (word << 6) + Long.numberOfTrailingZeros(bits));
                if (source != null) {
                    runs += run(source);
                }
            }
        }
        if (worker.released.nonEmptyWords() != 0) {
            release(worker);
        }
        return runs;
    }

    private int run(LockedSource source) {
        if (!RUNNING.compareAndSet(source, false, true)) {
            raise(source.index); // it runs elsewhere
            return 0;
        }
        source.handler.run();
        RUNNING.setRelease(source, false);
        return 1;
    }

    private void release(Worker worker) {
        guard.lock();
        try {
            for (int word = 0; word < VECTORS / 64; word++) {
                for (long bits = worker.released.takeWord(word); bits != 0; bits &= bits - 1) {
                    int vector = (word << 6) + Long.numberOfTrailingZeros(bits);
                    LockedSource source = worker.table[vector];
                    if (worker.pending.clear(vector)) {
                        raise(source.index);
                    }
                    SLOT.setVolatile(worker.table, vector, (LockedSource) null);
                    worker.free(vector);
                    available++;
                    source.leaving = false;
                }
            }
        } finally {
            guard.unlock();
        }
    }

    private static VarHandle handle(Class<?> owner, String field, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
                    .findVarHandle(owner, field, type)
                    .withInvokeExactBehavior();
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }
}
