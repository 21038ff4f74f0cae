// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A mover writes the register while a raiser reads it. Does the raiser see the address of one message with the data of
 * the other? (G4)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t PairedRegister_01}
 */
public class PairedRegister_01_NeverTorn {
    private PairedRegister_01_NeverTorn() {}

    @JCStressTest
    @Outcome(id = "0, 33", expect = ACCEPTABLE, desc = "read -> write: the old message")
    @Outcome(id = "1, 34", expect = ACCEPTABLE, desc = "write -> read: the new message")
    @Outcome(expect = FORBIDDEN, desc = "torn")
    @State
    public static class Actual {
        private final PairedRegister register = new PairedRegister(MsiMessage.of(0, 33));

        @Actor
        public void mover() {
            register.compareAndSet(register.read(), 1, 34);
        }

        @Actor
        public void raiser(II_Result r) {
            long reading = register.read();
            r.r1 = MessageRegister.destination(reading);
            r.r2 = MessageRegister.vector(reading);
        }
    }

    /** The split register of the library, which exists to be torn: address, then data. */
    @JCStressTest
    @Outcome(id = "0, 33", expect = ACCEPTABLE, desc = "read -> writes: the old message")
    @Outcome(id = "1, 34", expect = ACCEPTABLE, desc = "writes -> read: the new message")
    @Outcome(id = "1, 33", expect = ACCEPTABLE_INTERESTING, desc = "address -> read -> data: torn, must be seen")
    @Outcome(id = "0, 34", expect = ACCEPTABLE_INTERESTING, desc = "read address -> writes -> read data: torn as well")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private final SplitRegister register = new SplitRegister(MsiMessage.of(0, 33));

        @Actor
        public void mover() {
            register.writeAddress(1);
            register.writeData(34);
        }

        @Actor
        public void raiser(II_Result r) {
            long reading = register.read();
            r.r1 = MessageRegister.destination(reading);
            r.r2 = MessageRegister.vector(reading);
        }
    }
}
