// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

/**
 * A target, and what one full run says about it.
 *
 * @param title what is compared
 * @param ratio what was measured; NaN if this run did not measure it
 * @param limit what it is compared with
 * @param direction "at most" or "at least"
 * @param met whether the ratio is on the right side of the limit
 */
public record Verdict(String title, double ratio, double limit, String direction, boolean met) {
    boolean isMeasured() {
        return !Double.isNaN(ratio);
    }

    /** "met by 12 %", "missed by 3 %", "not measured". */
    public String words() {
        if (!isMeasured()) {
            return "not measured";
        }
        double percent = 100 * Math.abs(ratio / limit - 1);
        return (met ? "met by " : "missed by ") + (percent < 10 ? "%.1f %%" : "%.0f %%").formatted(percent);
    }
}
