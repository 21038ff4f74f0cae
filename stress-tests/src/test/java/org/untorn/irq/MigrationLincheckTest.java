// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.untorn.msi.MessageRegister;
import org.untorn.msi.MsiMessage;
import org.untorn.msi.PairedRegister;
import org.untorn.pending.PendingBitmap;

/**
 * One raise, one move, one poll of the old CPU, in any interleaving: a run sees the raise (G1). The register and the
 * bitmaps are the library's; what {@link Irq} and {@link Cpu} do with them is written down small, because Lincheck gets
 * lost in the whole of them: over 500 interleavings of an {@code Irq} it did not find the seeded loss.
 */
@Tag("lincheck")
class MigrationLincheckTest {
    private static final int INVOCATIONS = 500;

    @Test
    void stamped_losesNothing() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> raiseWhileMoved(true));
    }

    /** Threads that run as they come: {@code runConcurrentTest} has no such mode. */
    @Test
    @Tag("thorough")
    void stamped_underStress_losesNothing() {
        for (int round = 0; round < 20_000; round++) {
            raiseWhileMoved(true);
        }
    }

    @Test
    void raiserThatDoesNotAskAgain_isFoundToLose() {
        LincheckAssertionError found = assertThrows(
                LincheckAssertionError.class,
                () -> Lincheck.runConcurrentTest(INVOCATIONS, () -> raiseWhileMoved(false)));
        assertTrue(found.getMessage().contains("lost"), found.getMessage());
    }

    private static void raiseWhileMoved(boolean asksAgain) {
        Move move = new Move(asksAgain);
        Thread device = new Thread(move::post);
        Thread moverAndOwner = new Thread(() -> {
            move.move();
            move.poll0();
            move.releaseVector();
        });
        device.start();
        moverAndOwner.start();
        try {
            device.join();
            moverAndOwner.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        move.poll0();
        move.poll1();
        if (!move.seen) {
            throw new IllegalStateException("lost");
        }
    }

    /** From vector 33 of CPU 0 to vector 34 of CPU 1. */
    private static final class Move {
        private final PairedRegister register = new PairedRegister(MsiMessage.of(0, 33));
        private final PendingBitmap pending0 = new PendingBitmap(64);
        private final PendingBitmap pending1 = new PendingBitmap(64);
        private final boolean asksAgain;
        private volatile boolean installed0 = true;
        private volatile boolean posted;
        private volatile boolean seen;

        Move(boolean asksAgain) {
            this.asksAgain = asksAgain;
        }

        void post() {
            posted = true;
            raise();
        }

        void raise() {
            long reading;
            do {
                reading = register.read();
                (MessageRegister.destination(reading) == 0 ? pending0 : pending1)
                        .raise(MessageRegister.vector(reading));
            } while (asksAgain && !register.isCurrent(reading));
        }

        void move() {
            register.compareAndSet(register.read(), 1, 34);
            if (pending0.clear(33)) {
                raise();
            }
        }

        void releaseVector() {
            if (pending0.clear(33)) {
                raise();
            }
            installed0 = false;
        }

        void poll0() {
            if (pending0.takeWord(0) != 0L && installed0) {
                seen |= posted;
            }
        }

        void poll1() {
            if (pending1.takeWord(0) != 0L) {
                seen |= posted;
            }
        }
    }
}
