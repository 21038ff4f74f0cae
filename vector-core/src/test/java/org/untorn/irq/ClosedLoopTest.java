// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.untorn.msi.RemappingTable;

/** One interrupt, raised by one thread, moved without pause by another, in closed loop (G1, G3). */
class ClosedLoopTest {
    private static final Duration TIME = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60); // for a control to be seen to lose

    @ParameterizedTest
    @CsvSource({
        "STAMPED, 0",
        "STAMPED, 1",
        "STAMPED, 2",
        "THREE_STEP, 0",
        "THREE_STEP_ALWAYS, 0",
        "THREE_STEP_ALWAYS, 1",
        "THREE_STEP_ALWAYS, 2"
    })
    void libraryProtocol_movedWithoutPause_losesNothing(Protocol protocol, int pollers) throws Exception {
        ClosedLoop.Result result;
        do {
            result = ClosedLoop.pingPong(pollers, builder -> builder.protocol(protocol))
                    .run(TIME, false);
            System.out.println(protocol + " with " + pollers + " pollers: " + result);
            assertEquals(0, result.lost());
            assertEquals(0, result.overlaps());
            assertEquals(0, result.refused());
        } while (result.raises() < 100 || result.moves() < 100); // on a machine that is busy with other things
    }

    @ParameterizedTest
    @CsvSource({"LINUX, true", "LINUX, false", "LINUX_6_1, true"})
    void policyAsMeant_andInvertedOnAMaskableSource_losesNothing(MigrationPolicy policy, boolean maskable)
            throws Exception {
        ClosedLoop.Result result = ClosedLoop.pingPong(0, builder -> builder.policy(policy, maskable))
                .run(TIME, false);
        System.out.println(policy + ", maskable=" + maskable + ": " + result);
        assertEquals(0, result.lost());
        assertEquals(0, result.refused());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void remapped_movedWithoutPause_losesNothing(int pollers) throws Exception {
        RemappingTable table = new RemappingTable(64);
        ClosedLoop.Result result =
                ClosedLoop.pingPong(pollers, builder -> builder.remapped(table)).run(TIME, false);
        System.out.println("remapped with " + pollers + " pollers: " + result);
        assertEquals(0, result.lost());
        assertEquals(0, result.overlaps());
        assertEquals(2, table.allocated());
    }

    /** What 6.1 does to a source that cannot be masked. */
    @Test
    void invertedPolicy_onASourceThatCannotBeMasked_isSeenToLose() throws Exception {
        ClosedLoop.Result result = ClosedLoop.pingPong(0, builder -> builder.policy(MigrationPolicy.LINUX_6_1, false))
                .run(PATIENCE, true);
        System.out.println("inverted policy: " + result);
        assertTrue(result.lost() > 0, "this harness does not see a loss: " + result);
    }

    @ParameterizedTest
    @EnumSource
    void control_movedWithoutPause_isSeenToLose(Controls control) throws Exception {
        ClosedLoop.Result result = ClosedLoop.pingPong(0, control::on).run(PATIENCE, true);
        System.out.println(control + ": " + result);
        assertTrue(result.lost() > 0, "this harness does not see a loss: " + result);
    }
}
