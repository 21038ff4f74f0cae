// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.StampedLock;
import org.untorn.msi.MessageRegister;
import org.untorn.msi.MsiMessage;
import org.untorn.msi.PairedRegister;
import org.untorn.msi.SplitRegister;

/** Ways to keep two values that belong together. */
record Cell(String name, boolean canTear, TearProbe.Writer writer, TearProbe.Reader reader) {
    private static final int BASE = MsiMessage.MIN_VECTOR; // the vector that stands for 0

    static List<Cell> all() {
        return List.of(plain(), record(), stampedLock(), paired(), split());
    }

    static Cell plain() {
        Pair pair = new Pair();
        return new Cell(
                "two plain fields",
                true,
                (first, second) -> {
                    pair.first = first;
                    pair.second = second;
                },
                sink -> sink.accept(pair.first, pair.second));
    }

    static Cell record() {
        record Both(long first, long second) {}
        AtomicReference<Both> cell = new AtomicReference<>();
        return new Cell(
                "a record in an AtomicReference", false, (first, second) -> cell.set(new Both(first, second)), sink -> {
                    Both both = cell.get();
                    sink.accept(both.first(), both.second());
                });
    }

    static Cell stampedLock() {
        Pair pair = new Pair();
        StampedLock lock = new StampedLock();
        return new Cell(
                "two plain fields under a StampedLock",
                false,
                (first, second) -> {
                    long stamp = lock.writeLock();
                    pair.first = first;
                    pair.second = second;
                    lock.unlockWrite(stamp);
                },
                sink -> {
                    long stamp = lock.tryOptimisticRead();
                    long first = pair.first;
                    long second = pair.second;
                    if (!lock.validate(stamp)) {
                        stamp = lock.readLock();
                        first = pair.first;
                        second = pair.second;
                        lock.unlockRead(stamp);
                    }
                    sink.accept(first, second);
                });
    }

    static Cell paired() {
        PairedRegister register = new PairedRegister();
        return new Cell(
                "PairedRegister: address and data one word",
                false,
                (first, second) -> register.compareAndSet(register.read(), (int) first, BASE + (int) second),
                sink -> read(register, sink));
    }

    static Cell split() {
        SplitRegister register = new SplitRegister();
        return new Cell(
                "SplitRegister: address, then data",
                true,
                (first, second) -> {
                    register.writeAddress((int) first);
                    register.writeData(BASE + (int) second);
                },
                sink -> read(register, sink));
    }

    private static void read(MessageRegister register, TearProbe.Sink sink) {
        long reading = register.read();
        sink.accept(MessageRegister.destination(reading), MessageRegister.vector(reading) - BASE);
    }

    private static final class Pair {
        private long first;
        private long second;
    }
}
