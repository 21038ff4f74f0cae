// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

/**
 * A message as a device holds it: where its interrupt goes, and as which vector.
 *
 * @param low the lower address register
 * @param high the upper one
 * @param data the data register
 */
record MsiMessage(int low, int high, int data) {
    private static final int LOGICAL = 1 << 2;

    static MsiMessage of(TraceEvent event) throws UnusableTraceException {
        return new MsiMessage(event.number("addr_lo"), event.number("addr_hi"), event.number("data"));
    }

    /** The destination ID: 8 bits, and above them those of x2APIC. */
    int destination() {
        return high & ~0xff | low >>> 12 & 0xff;
    }

    /** The CPU meant: in logical mode one bit a CPU, else its APIC's number. */
    int cpu() {
        return (low & LOGICAL) != 0 ? Integer.numberOfTrailingZeros(destination()) : destination();
    }

    int vector() {
        return data & 0xff;
    }

    /** Whether an interrupt can come of it: not after a shutdown, nor before a vector is given. */
    boolean isLive() {
        return (low | high | data) != 0 && vector() != Vectors.NOT_STARTED;
    }
}
