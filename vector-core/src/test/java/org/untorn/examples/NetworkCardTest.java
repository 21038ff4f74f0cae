// SPDX-License-Identifier: Apache-2.0
package org.untorn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.untorn.msi.MessageSink;
import org.untorn.msi.MsiMessage;

/** Packets in closed loop: the next one to a queue when the last was received, while the queues are moved without pause. */
class NetworkCardTest {
    private static final int QUEUES = 2;
    private static final int CPUS = 2;

    private long received;
    private long moves;
    private volatile long lost;

    @Test
    void queuesMovedWithoutPause_everyPacketIsReceivedInOrder() throws Exception {
        int unexpected = run(1_000, 60_000, Interrupted::new);
        System.out.println("network card: received=" + received + ", moves=" + moves);
        assertEquals(0, lost);
        assertEquals(0, unexpected);
        assertTrue(received > 0 && moves > 0);
    }

    @Test
    void driverThatDoesNotMask_isSeenToLose() throws Exception {
        run(60_000, 1_000, card -> new Interrupted(card) {
            @Override
            public void route(int queue, int cpu, int vector) {
                program(queue, MsiMessage.of(cpu, vector));
                setMasked(queue, false);
            }
        });
        assertTrue(lost > 0, "this harness does not see it");
    }

    @Test
    void bus_whatIsNoInterrupt_isIgnored() {
        NetworkCard.VirtualCpu cpu = new NetworkCard.VirtualCpu(0);
        MessageSink bus = NetworkCard.bus(cpu);
        NetworkCard card = new NetworkCard(1, bus);
        NetworkCard.Driver driver = new NetworkCard.Driver(card);
        driver.setMasked(0, false); // unprogrammed
        assertTrue(card.receive(0, 1));
        bus.send(0x1000, 0x40);
        bus.send(MsiMessage.of(1, 0x40).address(), 0x40);
        bus.send(MsiMessage.remappable(1).address(), 0);
        bus.send(MsiMessage.of(0, 0x40).address(), 0x400); // NMI
        assertTrue(cpu.isIdle());
        driver.route(0, 0, 0x40);
        assertTrue(card.receive(0, 2));
        assertFalse(cpu.isIdle());
    }

    /** A guest that does something else between any two writes. */
    private static class Interrupted extends NetworkCard.Driver {
        Interrupted(NetworkCard card) {
            super(card);
        }

        @Override
        void write(int queue, int offset, long value) {
            super.write(queue, offset, value);
            Thread.yield();
        }
    }

    /** A vector of its own for each queue on each CPU, so that half a move is seen. */
    private static int vector(int queue, int cpu) {
        return 0x40 + cpu * QUEUES + queue;
    }

    private int run(long millis, long patienceMillis, Function<NetworkCard, NetworkCard.Driver> drivers)
            throws Exception {
        NetworkCard.VirtualCpu[] cpus = {new NetworkCard.VirtualCpu(0), new NetworkCard.VirtualCpu(1)};
        NetworkCard card = new NetworkCard(QUEUES, NetworkCard.bus(cpus));
        NetworkCard.Receiver[] receivers = new NetworkCard.Receiver[QUEUES];
        for (int queue = 0; queue < QUEUES; queue++) {
            receivers[queue] = new NetworkCard.Receiver(card.queue(queue));
            for (int cpu = 0; cpu < CPUS; cpu++) {
                cpus[cpu].handler(vector(queue, cpu), receivers[queue]);
            }
        }
        for (NetworkCard.VirtualCpu cpu : cpus) {
            cpu.start();
        }
        NetworkCard.Driver driver = drivers.apply(card);
        for (int queue = 0; queue < QUEUES; queue++) {
            driver.route(queue, 0, vector(queue, 0));
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        Thread wire = new Thread(
                () -> {
                    for (long packet = 1; System.nanoTime() - end < 0 && lost == 0; packet++) {
                        for (int queue = 0; queue < QUEUES; queue++) {
                            lost += send(card, queue, packet, receivers[queue], patienceMillis) ? 0 : 1;
                        }
                    }
                },
                "wire");
        wire.start();
        for (int cpu = 1; wire.isAlive(); cpu = 1 - cpu) {
            for (int queue = 0; queue < QUEUES; queue++) {
                driver.route(queue, cpu, vector(queue, cpu));
                moves++;
            }
            Thread.yield();
        }
        int unexpected = 0;
        for (NetworkCard.VirtualCpu cpu : cpus) {
            cpu.powerOff();
            cpu.join();
            unexpected += cpu.unexpected.get();
        }
        for (NetworkCard.Receiver receiver : receivers) {
            assertEquals(0, receiver.outOfOrder);
            received += receiver.received;
        }
        return unexpected;
    }

    private static boolean send(
            NetworkCard card, int queue, long packet, NetworkCard.Receiver receiver, long patienceMillis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        assertTrue(card.receive(queue, packet));
        while (receiver.received != packet) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.yield();
        }
        return true;
    }
}
