// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.untorn.msi.MoveRounds.Mover;
import org.untorn.msi.MsiCapability.Layout;

/**
 * Events while software masks, rewrites and unmasks: none lost, no message torn. Beside each rule of MessageCapability
 * a control that breaks it, and is seen to lose or to tear.
 */
class MaskRaceTest {
    private static final Duration TIME = Duration.ofMillis(500);
    private static final Duration TIME_TO_FAIL = Duration.ofSeconds(30);

    /** What software masks. */
    enum Device {
        MSI,
        MSIX_ENTRY,
        MSIX_ENTRY_BY_8,
        MSIX_FUNCTION;

        MessageCapability create(MessageSink sink) {
            MessageCapability device =
                    this == MSI ? new MsiCapability(1, Layout.ADDRESS_64_MASKABLE, 0, sink) : new MsixTable(1, sink);
            device.write(2, 2, this == MSI ? 1 : 1 << 15);
            setMask(device, 0);
            write(device, 0, (int) MsiMessage.addressOf(MoveRounds.CPU[0]));
            write(device, 1, MoveRounds.VECTOR[0]);
            if (this == MSIX_FUNCTION) {
                ((MsixTable) device).writeTable(12, 4, 0);
            }
            return device;
        }

        void setMask(MessageCapability device, int mask) {
            switch (this) {
                case MSI -> device.write(0x10, 4, mask);
                case MSIX_ENTRY, MSIX_ENTRY_BY_8 -> ((MsixTable) device).writeTable(12, 4, mask);
                case MSIX_FUNCTION -> device.write(2, 2, 1 << 15 | mask << 14);
            }
        }

        /** Half 0 is the address, 1 the data. */
        void write(MessageCapability device, int half, int value) {
            if (this == MSI) {
                device.write(half == 0 ? 0x04 : 0x0c, half == 0 ? 4 : 2, value);
            } else {
                ((MsixTable) device).writeTable(half * 8, 4, value);
            }
        }

        Mover mover(MessageCapability device, MoveRounds rounds) {
            return (cpu, vector) -> {
                setMask(device, 1);
                rounds.step();
                write(device, 0, (int) MsiMessage.addressOf(cpu));
                rounds.step();
                if (this == MSIX_ENTRY_BY_8) {
                    ((MsixTable) device).writeTable(8, 8, vector); // the data, and no mask
                } else {
                    write(device, 1, vector);
                    rounds.step();
                    setMask(device, 0);
                }
            };
        }

        Mover masker(MessageCapability device, MoveRounds rounds) {
            return (cpu, vector) -> {
                setMask(device, 1);
                rounds.step();
                setMask(device, 0);
            };
        }
    }

    /** Breaks one rule each, and is slow where that hurts. */
    enum Control {
        /** M1: sets the bit of a masked message, and does not look again. */
        LOOKS_ONCE,
        /** M2: reads address, data and masks one after the other. */
        WITHOUT_STAMP,
        /** M2: reads the masks before the message. */
        MASKS_FIRST,
        /** M3: does not look whether the message it sent has gone meanwhile. */
        SENT_ONCE;

        void event(MessageCapability device, MoveRounds rounds, int steps) {
            switch (this) {
                case LOOKS_ONCE -> {
                    if (device.isOpen(0)) {
                        device.event(0);
                    } else {
                        rounds.suspend(steps);
                        device.pending.raise(0);
                    }
                }
                case WITHOUT_STAMP -> {
                    long address = device.address(0);
                    rounds.suspend(steps);
                    sendOrHold(device, rounds, address, (int) device.state(0), device.isOpen(0));
                }
                case MASKS_FIRST -> {
                    boolean open = device.isOpen(0);
                    rounds.suspend(steps);
                    for (; ; ) {
                        long stamp = device.stamp(0);
                        long address = device.address(0);
                        int data = (int) device.state(0);
                        if (device.stamp(0) == stamp) {
                            sendOrHold(device, rounds, address, data, open);
                            return;
                        }
                    }
                }
                case SENT_ONCE -> {
                    for (; ; ) {
                        long stamp = device.stamp(0);
                        long address = device.address(0);
                        long state = device.state(0);
                        if (device.stamp(0) == stamp) {
                            rounds.suspend(steps);
                            sendOrHold(device, rounds, address, (int) state, (state & MessageCapability.CLOSED) == 0L);
                            return;
                        }
                    }
                }
            }
        }

        private static void sendOrHold(
                MessageCapability device, MoveRounds rounds, long address, int data, boolean open) {
            if (open) {
                rounds.arrive(MsiMessage.destinationOf(address), data);
            } else {
                device.event(0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Device.class)
    void event_whileTheMessageIsMovedUnderAMask_isNeverLostNorTorn(Device kind) throws InterruptedException {
        for (int raisers = 1; raisers <= 2; raisers++) {
            MoveRounds rounds = new MoveRounds();
            MessageCapability device = create(kind, rounds);
            rounds.run(raisers, () -> device.event(0), kind.mover(device, rounds), TIME, () -> false);
            assertEquals(0, rounds.lost, "lost of " + rounds.rounds);
            assertEquals(0, rounds.torn(), "torn of " + rounds.rounds);
            assertTrue(device.pending.isEmpty(), "pending at rest");
            if (raisers == 1) {
                assertEquals(0, rounds.unpublished(), "what was written before the event, not seen after it");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Device.class)
    void event_whileTheMessageIsMaskedAndUnmasked_isSentExactlyOnce(Device kind) throws InterruptedException {
        MoveRounds rounds = new MoveRounds();
        MessageCapability device = create(kind, rounds);
        rounds.run(1, () -> device.event(0), kind.masker(device, rounds), TIME, () -> false);
        assertEquals(0, rounds.notOnce, "not once of " + rounds.rounds);
        assertEquals(0, rounds.torn());
        assertEquals(0, rounds.unpublished());
        assertTrue(device.pending.isEmpty(), "pending at rest");
    }

    @ParameterizedTest
    @CsvSource({
        "LOOKS_ONCE, MSI",
        "LOOKS_ONCE, MSIX_ENTRY",
        "LOOKS_ONCE, MSIX_FUNCTION",
        "WITHOUT_STAMP, MSI",
        "WITHOUT_STAMP, MSIX_ENTRY",
        "WITHOUT_STAMP, MSIX_FUNCTION",
        "MASKS_FIRST, MSIX_ENTRY",
        "MASKS_FIRST, MSIX_FUNCTION",
        "SENT_ONCE, MSI",
        "SENT_ONCE, MSIX_ENTRY",
        "SENT_ONCE, MSIX_FUNCTION",
    })
    void event_ofAControlThatBreaksARule_isSeenToBeLostOrTorn(Control control, Device kind)
            throws InterruptedException {
        MoveRounds rounds = new MoveRounds();
        MessageCapability device = create(kind, rounds);
        int[] event = {0};
        rounds.run(
                1,
                () -> control.event(device, rounds, 1 + (event[0]++ & 3)),
                kind.mover(device, rounds),
                TIME_TO_FAIL,
                () -> rounds.lost > 0 || rounds.torn() > 0);
        assertTrue(rounds.lost > 0 || rounds.torn() > 0, control + " held for rounds=" + rounds.rounds);
    }

    private static MessageCapability create(Device kind, MoveRounds rounds) {
        return kind.create((address, data) -> rounds.arrive(MsiMessage.destinationOf(address), data));
    }
}
