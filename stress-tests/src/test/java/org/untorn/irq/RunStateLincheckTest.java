// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.untorn.stress.Lincheck;

/**
 * An interrupt is delivered by two threads, as in the middle of a move, masked, unmasked and closed. Its handler counts in
 * two steps: no run is missing from the count (G3), and none starts once mask or close has answered that none is in service
 * (G9). Who finds it running delivers again, as the next poll would.
 */
@Tag("lincheck")
class RunStateLincheckTest {
    @Test
    @Tag("thorough")
    void serve_underStress_isLinearizable() {
        Lincheck.holdsUnderStress(Library.class);
    }

    @Test
    void serve_isLinearizable() {
        Lincheck.holds(Library.class);
    }

    @Test
    void maskThatIsLookedAtBeforeTheState_isFoundBroken() {
        Lincheck.isFoundBroken(LooksFirst.class);
    }

    @Test
    void runsWithoutAState_areFoundBroken() {
        Lincheck.isFoundBroken(Stateless.class);
    }

    /** The library's {@link Irq}, served without a poll. */
    public static class Library {
        private volatile int number;
        private final Irq irq =
                VectorDomain.ofCpus(1).irq(source -> number = number + 1).open().orElseThrow();

        @Operation
        public int deliver() {
            int result = irq.serve(Owner.current(), 32);
            while (result == Irq.HANDED_OFF) {
                Thread.onSpinWait();
                result = irq.serve(Owner.current(), 32);
            }
            return result;
        }

        @Operation
        public int number() {
            return number;
        }

        /** Until none is in service. */
        @Operation
        public void mask() {
            while (!irq.mask()) {
                Thread.onSpinWait();
            }
        }

        @Operation
        public boolean unmask() {
            return irq.unmask();
        }

        @Operation
        public void close() {
            while (irq.close() != CloseResult.CLOSED) {
                Thread.onSpinWait();
            }
        }
    }

    /** Who serves looks at the mask, then says that it runs. */
    public static class LooksFirst {
        private final AtomicBoolean running = new AtomicBoolean();
        private volatile boolean masked;
        private volatile int number;

        @Operation
        public int deliver() {
            if (masked) {
                return Irq.HELD_BACK;
            }
            while (!running.compareAndSet(false, true)) {
                Thread.onSpinWait();
            }
            number = number + 1;
            running.set(false);
            return Irq.RAN;
        }

        @Operation
        public int number() {
            return number;
        }

        @Operation
        public void mask() {
            masked = true;
            while (running.get()) {
                Thread.onSpinWait();
            }
        }
    }

    /** Nobody says that it runs. */
    public static class Stateless {
        private volatile int number;

        @Operation
        public void deliver() {
            number = number + 1;
        }

        @Operation
        public int number() {
            return number;
        }
    }
}
