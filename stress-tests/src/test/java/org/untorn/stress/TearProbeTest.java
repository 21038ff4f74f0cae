// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class TearProbeTest {
    private static final Duration SLICE = Duration.ofMillis(200);

    static List<Cell> cells() {
        return Cell.all();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void run_isTornIfItCanBe(Cell cell) throws InterruptedException {
        TearProbe.Result result = TearProbe.run(cell.writer(), cell.reader(), SLICE);
        assertTrue(result.reads() > 1_000 && result.writes() > 1_000, result.toString());
        for (int slice = 0; cell.canTear() && result.torn() == 0 && slice < 50; slice++) {
            result = TearProbe.run(cell.writer(), cell.reader(), SLICE);
        }
        assertEquals(cell.canTear(), result.torn() > 0, cell + ": " + result);
    }

    @Test
    void run_readerThrows_isReported() {
        IllegalStateException thrown = assertThrows(
                IllegalStateException.class,
                () -> TearProbe.run(
                        (first, second) -> {},
                        sink -> {
                            throw new UnsupportedOperationException("no");
                        },
                        SLICE));
        assertEquals("no", thrown.getCause().getMessage());
    }
}
