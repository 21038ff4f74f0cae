// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way to move loses nothing, so that none is fast because it does less. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MovingTest {
    private static final Duration TIME = Duration.ofMillis(300);

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"LINUX_6_1", "THREE_STEP_HARDWARE", "TORN"})
    void moving_closedLoop_losesNothing(Moving moving) throws Exception {
        MoveLoop.Result result = new MoveLoop(moving).run(TIME, false);
        assertEquals(0, result.lost(), result::toString);
        assertEquals(result.raises(), result.runs(), result::toString);
        assertTrue(result.raises() > 0 && result.moves() > 0, result::toString);
    }

    @Test
    void pathThatDropsARaise_isSeen() throws Exception {
        MoveLoop loop = new MoveLoop(handler -> new Dropping(Moving.STAMPED.open(2, new int[1], handler)));
        assertEquals(1, loop.run(Duration.ofSeconds(50), true).lost());
    }

    private static final class Dropping implements MovePath {
        private final MovePath path;
        private int raises;

        Dropping(MovePath path) {
            this.path = path;
        }

        @Override
        public void attach(int worker) {
            path.attach(worker);
        }

        @Override
        public void raise(int source) {
            if (++raises != 10) {
                path.raise(source);
            }
        }

        @Override
        public boolean move(int source, int worker) {
            return path.move(source, worker);
        }

        @Override
        public int poll(int worker) {
            return path.poll(worker);
        }
    }
}
