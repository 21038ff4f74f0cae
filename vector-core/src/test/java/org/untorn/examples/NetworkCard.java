// SPDX-License-Identifier: Apache-2.0
package org.untorn.examples;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.untorn.msi.MessageSink;
import org.untorn.msi.MsiMessage;
import org.untorn.msi.MsiMessage.DeliveryMode;
import org.untorn.msi.MsixTable;
import org.untorn.pending.PendingBitmap;

/**
 * Shows, to authors of emulators, a device model with MSI-X: a network card with several receive queues, the virtual CPUs
 * its interrupts go to, and a guest's driver that moves the interrupt of a queue from one CPU to another while packets
 * come in.
 *
 * <p>The card needs no lock between the thread that receives packets and the one that writes its registers: {@link
 * MsixTable} never composes a message of two halves, and what comes while an entry is masked is sent when it is unmasked.
 * A CPU's pending vectors are a {@link PendingBitmap}; a halted CPU arms it, so only then a message has to wake it.
 */
public final class NetworkCard {
    private static final int RING = 256; // packets in a queue; a power of two

    /** The card's receive queue: a ring in memory that the card fills and the driver empties. */
    public static final class Queue {
        private final long[] packets = new long[RING]; // plain: published by head
        private volatile int head; // written: card
        private volatile int tail; // written: driver

        private boolean offer(long packet) {
            int end = head;
            if (end - tail == RING) {
                return false;
            }
            packets[end & RING - 1] = packet;
            head = end + 1;
            return true;
        }

        /** The next packet, or -1. */
        public long poll() {
            int begin = tail;
            if (begin == head) {
                return -1;
            }
            long packet = packets[begin & RING - 1];
            tail = begin + 1;
            return packet;
        }
    }

    // ---- the card ----

    private final MsixTable msix;
    private final Queue[] queues;

    /** A card on a bus; entry q of its table belongs to queue q. */
    public NetworkCard(int queues, MessageSink bus) {
        msix = new MsixTable(queues, bus);
        this.queues = new Queue[queues];
        for (int queue = 0; queue < queues; queue++) {
            this.queues[queue] = new Queue();
        }
    }

    /** A packet has come from the wire; false if its queue is full, and it is dropped. One thread a queue. */
    public boolean receive(int queue, long packet) {
        if (!queues[queue].offer(packet)) {
            return false;
        }
        msix.event(queue); // masked: the table keeps it; disabled: the guest has to poll
        return true;
    }

    /** What the guest maps. */
    public Queue queue(int queue) {
        return queues[queue];
    }

    /** What the guest reads and writes: configuration space and, in a BAR, the table. One writing thread. */
    public MsixTable msix() {
        return msix;
    }

    // ---- the virtual CPUs and their bus ----

    /** A virtual CPU: runs what its interrupt table has for each vector that comes, and halts while none does. */
    public static final class VirtualCpu extends Thread {
        private final PendingBitmap pending = new PendingBitmap();
        private final Runnable[] table = new Runnable[PendingBitmap.DEFAULT_SIZE]; // set before it starts
        private volatile boolean powerOff;
        final AtomicInteger unexpected = new AtomicInteger();

        /** A CPU whose table is empty. */
        public VirtualCpu(int number) {
            super("vcpu-" + number);
        }

        /** Fills a place of the interrupt table; before the CPU is started. */
        public void handler(int vector, Runnable handler) {
            table[vector] = handler;
        }

        private void interrupt(int vector) {
            pending.raise(vector);
            if (pending.isArmed()) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            while (!powerOff) {
                if (pending.takeHighestFirst(this::serve) == 0 && pending.arm()) {
                    if (!powerOff) {
                        LockSupport.park(this);
                    }
                    pending.disarm();
                }
            }
        }

        private void serve(int vector) {
            if (table[vector] == null) {
                unexpected.incrementAndGet();
            } else {
                table[vector].run();
            }
        }

        /** Whether nothing is pending. */
        public boolean isIdle() {
            return pending.isEmpty();
        }

        /** Ends it. Any thread. */
        public void powerOff() {
            powerOff = true;
            LockSupport.unpark(this);
        }
    }

    /** The bus: brings a message to the CPU that it names. What the guest has programmed may be anything. */
    public static MessageSink bus(VirtualCpu... cpus) {
        return (address, data) -> {
            MsiMessage message;
            try {
                message = new MsiMessage(address, data);
            } catch (IllegalArgumentException notAnInterrupt) {
                return; // a write to memory
            }
            if (!message.isUnprogrammed()
                    && !message.isRemappable()
                    && message.deliveryMode() == DeliveryMode.FIXED
                    && message.destination() < cpus.length) {
                cpus[message.destination()].interrupt(message.vector());
            }
        };
    }

    // ---- the guest's driver ----

    /** What a guest does with the card, through its registers only. */
    public static class Driver {
        private static final int FLAGS = 2; // in the capability
        private static final int ENABLE = 1 << 15;

        private final MsixTable msix;

        /** Enables MSI-X, all entries masked as after reset. */
        public Driver(NetworkCard card) {
            msix = card.msix();
            msix.write(FLAGS, 2, ENABLE);
        }

        /** Sets where the interrupt of a queue goes, as Linux does: masked, so that no event meets it half written. */
        public void route(int queue, int cpu, int vector) {
            setMasked(queue, true);
            program(queue, MsiMessage.of(cpu, vector));
            setMasked(queue, false);
        }

        final void program(int queue, MsiMessage message) {
            write(queue, 0, message.address());
            write(queue, 4, message.address() >>> 32);
            write(queue, 8, message.data());
        }

        final void setMasked(int queue, boolean masked) {
            write(queue, 12, masked ? 1 : 0);
        }

        void write(int queue, int offset, long value) {
            msix.writeTable(queue * MsixTable.ENTRY_BYTES + offset, 4, value);
        }
    }

    /**
     * A driver's handler of one queue. After a move a late message may still come to the CPU before, and run this there
     * together with one that came to the new CPU: who finds it running leaves the work to the one that runs.
     */
    public static final class Receiver implements Runnable {
        private final Queue queue;
        private final AtomicInteger calls = new AtomicInteger();
        volatile long received; // the last packet
        volatile long outOfOrder;

        /** A handler that empties a queue. */
        public Receiver(Queue queue) {
            this.queue = queue;
        }

        @Override
        public void run() {
            if (calls.getAndIncrement() != 0) {
                return;
            }
            int answered = 0;
            do {
                answered = calls.get();
                for (long packet = queue.poll(); packet != -1; packet = queue.poll()) {
                    outOfOrder += packet == received + 1 ? 0 : 1;
                    received = packet;
                }
            } while (!calls.compareAndSet(answered, 0));
        }
    }

    /** Two CPUs, two queues; three packets to each queue, which is then moved to the other CPU. */
    public static void main(String[] args) throws InterruptedException {
        VirtualCpu[] cpus = {new VirtualCpu(0), new VirtualCpu(1)};
        NetworkCard card = new NetworkCard(2, bus(cpus));
        Receiver[] receivers = {new Receiver(card.queue(0)), new Receiver(card.queue(1))};
        for (VirtualCpu cpu : cpus) {
            cpu.handler(0x40, receivers[0]);
            cpu.handler(0x41, receivers[1]);
            cpu.start();
        }
        Driver driver = new Driver(card);
        for (int packet = 1; packet <= 6; packet++) {
            for (int queue = 0; queue < 2; queue++) {
                if (packet % 3 == 1) {
                    driver.route(queue, (queue + packet / 3) % 2, 0x40 + queue);
                }
                card.receive(queue, packet);
                while (receivers[queue].received != packet) {
                    Thread.onSpinWait();
                }
            }
        }
        for (VirtualCpu cpu : cpus) {
            cpu.powerOff();
            cpu.join();
        }
        System.out.println("received " + receivers[0].received + " and " + receivers[1].received);
    }
}
