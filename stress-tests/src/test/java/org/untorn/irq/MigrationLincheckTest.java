// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One raise, one move, one poll of the old CPU, in any interleaving: a run sees the raise (G1). */
@Tag("lincheck")
class MigrationLincheckTest {
    private static final int INVOCATIONS = 1_000;

    @Test
    void stamped_losesNothing() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> raiseWhileMoved(Migration.of(Protocol.STAMPED)));
    }

    @Test
    void threeStepAlways_losesNothing() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> raiseWhileMoved(Migration.of(Protocol.THREE_STEP_ALWAYS)));
    }

    @Test
    void raiserThatDoesNotAskAgain_isFoundToLose() {
        LincheckAssertionError found = assertThrows(
                LincheckAssertionError.class,
                () -> Lincheck.runConcurrentTest(
                        INVOCATIONS, () -> raiseWhileMoved(new MoveScene.Unasked(Migration.of(Protocol.STAMPED)))));
        assertTrue(found.getMessage().contains("lost"), found.getMessage());
    }

    private static void raiseWhileMoved(Migration migration) {
        MoveScene scene = new MoveScene(migration) {};
        Thread device = new Thread(() -> {
            scene.payload = 1;
            scene.irq.raise();
        });
        Thread moverAndOwner = new Thread(scene::moveAndPoll);
        device.start();
        moverAndOwner.start();
        try {
            device.join();
            moverAndOwner.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        if (scene.seenAtTheEnd() != 1) {
            throw new IllegalStateException("lost");
        }
    }
}
