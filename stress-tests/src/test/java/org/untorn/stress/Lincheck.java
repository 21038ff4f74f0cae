// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * Model checking by Lincheck: interleavings of a few operations, sequentially consistent, each explained by an order of
 * the same operations on one thread. It samples: no proof; and it does not see the memory model, jcstress does.
 */
public final class Lincheck {
    private Lincheck() {}

    private static final String UNEXPLAINED = "Invalid execution results";

    /** Every interleaving that was tried can be explained. */
    public static void holds(Class<?> operations) {
        options().check(operations);
    }

    /** Lincheck finds an interleaving that cannot be explained. */
    public static void isFoundBroken(Class<?> operations) {
        LincheckAssertionError found = assertThrows(LincheckAssertionError.class, () -> holds(operations));
        assertTrue(found.getMessage().contains(UNEXPLAINED), found.getMessage());
    }

    /** As {@link #holds}, on threads that run as they come. For the long form: tag {@code thorough}. */
    public static void holdsUnderStress(Class<?> operations) {
        new StressOptions()
                .iterations(10)
                .invocationsPerIteration(2_000)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(operations);
    }

    private static ModelCheckingOptions options() {
        return new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(500)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .minimizeFailedScenario(false);
    }
}
