// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.util.ArrayList;
import java.util.List;

/** One call of the kernel's msi_set_affinity: what the device held before it, and what was written. */
final class MsiCall {
    private static final int MANAGED = 1 << 21;
    private static final int CAN_RESERVE = 1 << 26;
    private static final int BUSY = -16;
    private static final int NO_VECTOR = -28;

    /** How a call wrote the message. */
    enum Kind {
        TWO_STEP("two-step: old CPU with new vector, then new CPU"),
        DIRECT("direct: CPU and vector change in one write"),
        SAME_VECTOR("same vector, other CPU"),
        SAME_CPU("same CPU, other vector"),
        UNCHANGED("unchanged message"),
        START("start: no vector before"),
        BUSY("refused: last move not cleaned up"),
        FULL("refused: no vector free"),
        REFUSED("refused: another error"),
        UNKNOWN("unknown: message before not in the log"),
        OTHER("other");

        final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    private final int irq;
    private final int state;
    private final MsiMessage old; // null where the log does not show it
    private final List<MsiMessage> writes = new ArrayList<>(2);
    private boolean checked;
    private boolean shared;

    MsiCall(int irq, int state, MsiMessage old) {
        this.irq = irq;
        this.state = state;
        this.old = old;
    }

    int irq() {
        return irq;
    }

    /** Managed interrupts are MSI-X, which always has mask bits, though they can not be reserved. */
    boolean isMaskable() {
        return (state & (MANAGED | CAN_RESERVE)) != 0;
    }

    void write(MsiMessage message) {
        writes.add(message);
    }

    MsiMessage last() {
        return writes.isEmpty() ? old : writes.get(writes.size() - 1);
    }

    /** Whether the new vector belongs to another interrupt on the old CPU; the first look counts. */
    void look(boolean allocated) {
        shared = checked ? shared : allocated;
        checked = true;
    }

    boolean isShared() {
        return shared;
    }

    Kind kind(int result) {
        return switch (writes.size()) {
            case 0 -> refusal(result);
            case 1 -> old == null ? Kind.UNKNOWN : single(writes.get(0));
            case 2 -> old == null ? Kind.UNKNOWN : pair(writes.get(0), writes.get(1));
            default -> Kind.OTHER;
        };
    }

    private static Kind refusal(int result) {
        return switch (result) {
            case BUSY -> Kind.BUSY;
            case NO_VECTOR -> Kind.FULL;
            default -> result < 0 ? Kind.REFUSED : Kind.OTHER;
        };
    }

    private Kind single(MsiMessage now) {
        if (now.equals(old)) {
            return Kind.UNCHANGED;
        }
        if (!old.isLive()) {
            return Kind.START;
        }
        if (now.vector() == old.vector()) {
            return Kind.SAME_VECTOR;
        }
        return now.destination() == old.destination() ? Kind.SAME_CPU : Kind.DIRECT;
    }

    private Kind pair(MsiMessage first, MsiMessage second) {
        boolean twoStep = first.destination() == old.destination()
                && first.vector() == second.vector()
                && second.destination() != first.destination();
        return twoStep ? Kind.TWO_STEP : Kind.OTHER;
    }
}
