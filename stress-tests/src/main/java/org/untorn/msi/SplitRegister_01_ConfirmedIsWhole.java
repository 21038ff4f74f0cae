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
 * A raiser reads the register, then asks whether its reading is current. Once both writes of the mover are done, can
 * the answer be yes for a torn reading? (G4)
 *
 * <p>Run: {@code java -jar stress-tests/target/stress-tests.jar jcstress -t SplitRegister_01}
 */
public class SplitRegister_01_ConfirmedIsWhole {
    private SplitRegister_01_ConfirmedIsWhole() {}

    /** r1: 1 if the reading was torn; r2: 1 if it was confirmed after the mover had finished. */
    @JCStressTest
    @Outcome(
            id = "0, 0",
            expect = ACCEPTABLE,
            desc = "read the old message, or confirmed before the mover had finished")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "writes -> read -> confirmed: the new message")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "data -> read -> address: torn, and the raiser raises again")
    @Outcome(expect = FORBIDDEN, desc = "torn, and nobody will know")
    @State
    public static class Actual {
        private final SplitRegister register = new SplitRegister(MsiMessage.of(0, 33));
        private volatile boolean done;

        @Actor
        public void mover() {
            register.writeData(34);
            register.writeAddress(1);
            done = true;
        }

        @Actor
        public void raiser(II_Result r) {
            long reading = register.read();
            r.r1 = MessageRegister.destination(reading) == MessageRegister.vector(reading) - 33 ? 0 : 1;
            boolean over = done;
            r.r2 = register.isCurrent(reading) && over ? 1 : 0;
        }
    }

    /** A stamp that is read after address and data confirms an address that was read before the move. */
    @JCStressTest
    @Outcome(
            id = "0, 0",
            expect = ACCEPTABLE,
            desc = "read the old message, or confirmed before the mover had finished")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "writes -> read -> confirmed: the new message")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "data -> read -> address: torn, and the raiser raises again")
    @Outcome(
            id = "1, 1",
            expect = ACCEPTABLE_INTERESTING,
            desc = "read address -> writes -> read data and stamp -> confirmed: must be seen")
    @Outcome(expect = FORBIDDEN, desc = "no other outcome")
    @State
    public static class Weakened {
        private volatile int address;
        private volatile int data;
        private volatile int stamp;
        private volatile boolean done;

        @Actor
        public void mover() {
            data = 1;
            stamp = 1;
            address = 1;
            stamp = 2;
            done = true;
        }

        @Actor
        public void raiser(II_Result r) {
            int readAddress = address;
            Thread.onSpinWait(); // widens the window
            int readData = data;
            int before = stamp;
            r.r1 = readAddress == readData ? 0 : 1;
            boolean over = done;
            r.r2 = stamp == before && over ? 1 : 0;
        }
    }
}
