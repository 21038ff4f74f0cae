// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicStampedReference;
import java.util.concurrent.locks.StampedLock;
import org.untorn.msi.MessageRegister;
import org.untorn.msi.PairedRegister;
import org.untorn.msi.SplitRegister;

/** A cell for two numbers that belong together, written by one thread and read by another. */
public interface PairCell {
    /** Both, in one number: the first times 256, plus the second. Any thread. */
    long read();

    /** Writes both; second is 16 to 254. One thread. */
    void write(int first, int second);

    /** The cells that are compared. */
    enum Kind {
        PAIRED_REGISTER("PairedRegister", "") {
            @Override
            public PairCell create() {
                return new Paired();
            }
        },
        SPLIT_REGISTER("SplitRegister, can be read torn", "less") {
            @Override
            public PairCell create() {
                return new Split();
            }
        },
        SEQLOCK("seqlock", "the same job") {
            @Override
            public PairCell create() {
                return new SeqLock();
            }
        },
        ATOMIC_REFERENCE("AtomicReference of a record", "the same job") {
            @Override
            public PairCell create() {
                return new Reference();
            }
        },
        ATOMIC_STAMPED_REFERENCE("AtomicStampedReference", "the same job") {
            @Override
            public PairCell create() {
                return new Stamped();
            }
        },
        STAMPED_LOCK("StampedLock", "the same job") {
            @Override
            public PairCell create() {
                return new Locked();
            }
        },
        SYNCHRONIZED("synchronized", "the same job") {
            @Override
            public PairCell create() {
                return new Monitor();
            }
        };

        private final String title;
        private final String group;

        Kind(String title, String group) {
            this.title = title;
            this.group = group;
        }

        /** What a person calls it. */
        public String title() {
            return title;
        }

        /** "the same job", "less"; "" for this library's. */
        public String group() {
            return group;
        }

        public abstract PairCell create();
    }

    final class Paired implements PairCell {
        private final PairedRegister register = new PairedRegister();

        @Override
        public long read() {
            long reading = register.read();
            return (long) MessageRegister.destination(reading) << 8 | MessageRegister.vector(reading);
        }

        @Override
        public void write(int first, int second) {
            register.compareAndSet(register.read(), first, second);
        }
    }

    final class Split implements PairCell {
        private final SplitRegister register = new SplitRegister();

        @Override
        public long read() {
            long reading = register.read();
            while (!register.isCurrent(reading)) {
                reading = register.read();
            }
            return (long) MessageRegister.destination(reading) << 8 | MessageRegister.vector(reading);
        }

        @Override
        public void write(int first, int second) {
            register.writeAddress(first);
            register.writeData(second);
        }
    }

    /** A sequence that is odd while it is written. */
    final class SeqLock implements PairCell {
        private static final VarHandle SEQUENCE = handle("sequence");
        private static final VarHandle FIRST = handle("first");
        private static final VarHandle SECOND = handle("second");

        private long sequence;
        private int first;
        private int second;

        @Override
        public long read() {
            for (; ; ) {
                long before = (long) SEQUENCE.getAcquire(this);
                long both = (long) (int) FIRST.getOpaque(this) << 8 | (int) SECOND.getOpaque(this);
                VarHandle.loadLoadFence();
                if ((before & 1) == 0 && (long) SEQUENCE.getOpaque(this) == before) {
                    return both;
                }
                Thread.onSpinWait();
            }
        }

        @Override
        public void write(int first, int second) {
            long before = sequence;
            SEQUENCE.setOpaque(this, before + 1);
            VarHandle.storeStoreFence();
            FIRST.setOpaque(this, first);
            SECOND.setOpaque(this, second);
            SEQUENCE.setRelease(this, before + 2);
        }

        private static VarHandle handle(String field) {
            try {
                Class<?> type = field.equals("sequence") ? long.class : int.class;
                return MethodHandles.lookup().findVarHandle(SeqLock.class, field, type);
            } catch (ReflectiveOperationException impossible) {
                throw new ExceptionInInitializerError(impossible);
            }
        }
    }

    final class Reference implements PairCell {
        private record Pair(int first, int second) {}

        private final AtomicReference<Pair> pair = new AtomicReference<>(new Pair(0, 0));

        @Override
        public long read() {
            Pair both = pair.get();
            return (long) both.first << 8 | both.second;
        }

        @Override
        public void write(int first, int second) {
            pair.set(new Pair(first, second));
        }
    }

    /** The first is the reference, the second the stamp. */
    final class Stamped implements PairCell {
        private final AtomicStampedReference<Integer> pair = new AtomicStampedReference<>(0, 0);

        @Override
        public long read() {
            int[] second = new int[1]; // does not escape, so it is not allocated
            Integer first = pair.get(second);
            return (long) first << 8 | second[0];
        }

        @Override
        public void write(int first, int second) {
            pair.set(first, second);
        }
    }

    final class Locked implements PairCell {
        private final StampedLock lock = new StampedLock();
        private int first;
        private int second;

        @Override
        public long read() {
            long stamp = lock.tryOptimisticRead();
            long both = (long) first << 8 | second;
            if (lock.validate(stamp)) {
                return both;
            }
            stamp = lock.readLock();
            try {
                return (long) first << 8 | second;
            } finally {
                lock.unlockRead(stamp);
            }
        }

        @Override
        public void write(int first, int second) {
            long stamp = lock.writeLock();
            this.first = first;
            this.second = second;
            lock.unlockWrite(stamp);
        }
    }

    final class Monitor implements PairCell {
        private int first;
        private int second;

        @Override
        public synchronized long read() {
            return (long) first << 8 | second;
        }

        @Override
        public synchronized void write(int first, int second) {
            this.first = first;
            this.second = second;
        }
    }
}
