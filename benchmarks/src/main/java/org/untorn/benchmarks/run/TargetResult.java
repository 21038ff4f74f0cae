// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

/**
 * Whether a target was met.
 *
 * @param title of the target
 * @param ratio what was measured; NaN if it was not
 * @param limit what it is compared with
 * @param direction which side of the limit is good
 * @param status how it came out
 * @param basis what was divided by what: "Untorn / dirty list"; "" if it was not measured
 */
public record TargetResult(String title, double ratio, double limit, Direction direction, Status status, String basis) {
    /** Which side of a limit is good. */
    public enum Direction {
        AT_LEAST("at least"),
        AT_MOST("at most");

        private final String words;

        Direction(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** How a target came out. */
    public enum Status {
        MET("met"),
        MISSED("missed"),
        NOT_MEASURED("not measured");

        private final String words;

        Status(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }
}
