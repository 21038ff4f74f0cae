// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each cell gives back what was written, and those that do the same job are never read torn. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PairCellTest {
    private static final int WRITES = 200_000;

    @ParameterizedTest
    @EnumSource
    void cell_writtenAndRead_givesBoth(PairCell.Kind kind) {
        PairCell cell = kind.create();
        cell.write(1000, 77);
        assertEquals(1000 << 8 | 77, cell.read());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SPLIT_REGISTER")
    void cell_oneWriterOneReader_isNeverTorn(PairCell.Kind kind) throws Exception {
        PairCell cell = kind.create();
        cell.write(16, 16);
        Thread writer = new Thread(() -> {
            for (int i = 0; i < WRITES; i++) {
                cell.write(16 + i % 200, 16 + i % 200);
            }
        });
        writer.start();
        long reads = 0;
        while (writer.isAlive()) {
            long both = cell.read();
            assertEquals(both >>> 8, both & 0xff);
            reads++;
        }
        assertTrue(reads > 0);
    }
}
