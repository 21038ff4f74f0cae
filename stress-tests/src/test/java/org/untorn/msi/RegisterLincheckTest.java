// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.untorn.stress.Lincheck;

/** A paired register is read and written at once; a split one is not (G4). */
@Tag("lincheck")
class RegisterLincheckTest {
    @Test
    @Tag("thorough")
    void pairedRegister_underStress_isLinearizable() {
        Lincheck.holdsUnderStress(Paired.class);
    }

    @Test
    void pairedRegister_isLinearizable() {
        Lincheck.holds(Paired.class);
    }

    @Test
    void splitRegister_isFoundBroken() {
        Lincheck.isFoundBroken(Split.class);
    }

    private static String describe(long reading) {
        return MessageRegister.destination(reading) + "/" + MessageRegister.vector(reading);
    }

    /** The library's. */
    @Param(name = "place", gen = IntGen.class, conf = "33:36")
    public static class Paired {
        private final PairedRegister register = new PairedRegister(MsiMessage.of(32, 32));

        @Operation
        public String read() {
            return describe(register.read());
        }

        @Operation
        public void write(@Param(name = "place") int place) {
            register.write(MsiMessage.of(place, place));
        }

        @Operation
        public boolean moveFrom32(@Param(name = "place") int place) {
            long reading = register.read();
            return MessageRegister.vector(reading) == 32 && register.compareAndSet(reading, place, place);
        }

        @Operation
        public int unprogram() {
            return MessageRegister.vector(register.unprogram());
        }
    }

    /** The library's too; it exists to be torn. */
    @Param(name = "place", gen = IntGen.class, conf = "33:36")
    public static class Split {
        private final SplitRegister register = new SplitRegister(MsiMessage.of(32, 32));

        @Operation
        public String read() {
            return describe(register.read());
        }

        @Operation(nonParallelGroup = "writer")
        public void write(@Param(name = "place") int place) {
            register.writeAddress(place);
            register.writeData(place);
        }
    }
}
