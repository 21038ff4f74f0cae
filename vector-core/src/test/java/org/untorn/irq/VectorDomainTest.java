// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.untorn.matrix.CpuMask;
import org.untorn.matrix.VectorLayout;

/** A domain as it is without options: nothing counted, errors logged. */
class VectorDomainTest {
    private final VectorDomain domain = VectorDomain.ofCpus(2);
    private final Cpu cpu = domain.cpu(0);

    @Test
    void handlerThrows_withoutAnErrorHandler_isLogged() {
        RuntimeException error = new IllegalStateException("in a handler");
        Irq irq = open(source -> {
            throw error;
        });
        List<LogRecord> records = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                records.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("org.untorn.irq");
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            assertTrue(cpu.claim());
            irq.raise();
            assertEquals(1, cpu.poll());
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(handler);
        }
        assertEquals(1, records.size());
        assertSame(error, records.get(0).getThrown());
        assertEquals("handler of " + irq + " threw", records.get(0).getMessage());
    }

    @Test
    void raise_closedOrNotCounted_answersTheSame() {
        Irq irq = open(source -> {});
        assertEquals(RaiseResult.RAISED, irq.raise());
        assertEquals(RaiseResult.COALESCED, irq.retrigger());
        assertEquals(CloseResult.CLOSED, irq.close());
        assertEquals(RaiseResult.CLOSED, irq.raise());
    }

    @Test
    void awaitClosed_waitsForTheLastRun_andCanBeInterrupted() throws Exception {
        Irq irq = open(source -> {
            assertEquals(CloseResult.CLOSING, source.close());
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> source.awaitClosed(Long.MAX_VALUE));
            assertFalse(Thread.currentThread().isInterrupted());
            assertFalse(awaited(source, 100_000)); // it would wait for itself
        });
        assertTrue(cpu.claim());
        irq.raise();
        assertEquals(1, cpu.poll());
        assertTrue(irq.awaitClosed(0));
    }

    private static boolean awaited(Irq irq, long nanos) {
        try {
            return irq.awaitClosed(nanos);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void options_outOfRange_areNamed() {
        VectorDomain.Builder builder = VectorDomain.builder(1);
        assertEquals(
                "start=15, minimum=16",
                assertThrows(IllegalArgumentException.class, () -> builder.layout(VectorLayout.of(15, 20)))
                        .getMessage());
        assertEquals(
                "limitNanos=-1, minimum=0",
                assertThrows(IllegalArgumentException.class, () -> new Watchdog(domain, -1))
                        .getMessage());
    }

    /** A vector waits although nobody owns its CPU, or whoever did has ended: only for a moment, but a check may see it. */
    @Test
    void watchdog_missingOwner_isNamed() throws Exception {
        Irq irq = open(source -> {});
        Watchdog watchdog = new Watchdog(domain, 0);
        cpu.leaving().raise(irq.target().vector());
        watchdog.check();
        assertEquals("CPU 0 has no owner", stall(watchdog).reason());
        Thread owner = new Thread(cpu::claim, "gone");
        owner.start();
        owner.join();
        assertEquals(owner + ", the owner of CPU 0, has ended", stall(watchdog).reason());
    }

    private static Watchdog.Stall stall(Watchdog watchdog) {
        for (; ; ) { // until the clock has moved on
            List<Watchdog.Stall> stalls = watchdog.check();
            if (!stalls.isEmpty()) {
                return stalls.get(0);
            }
        }
    }

    private Irq open(IrqHandler handler) {
        return domain.irq(handler).affinity(CpuMask.of(0)).open().orElseThrow();
    }
}
