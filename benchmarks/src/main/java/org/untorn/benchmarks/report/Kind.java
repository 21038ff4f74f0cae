// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import org.untorn.benchmarks.run.Measurement;

/** What a subject is to the library, in the order in which charts show it. */
enum Kind {
    OURS("", "Untorn", ""),
    SAME_JOB("the same job", "the same job", ": coalesces, never loses or overlaps, can be moved"),
    LESS("less", "less", ": neither coalesces nor bounds"),
    FLOOR("floor", "floor", ": bits only, no route, no run state, cannot move"),
    CONTROL("control", "control, as it should not be done", ""),
    OTHER(null, "others", "");

    private final String group;
    final String heading;
    private final String meaning; // on the path of a signal

    Kind(String group, String heading, String meaning) {
        this.group = group;
        this.heading = heading;
        this.meaning = meaning;
    }

    String heading(boolean ofSignal) {
        return ofSignal ? heading + meaning : heading;
    }

    static Kind of(Measurement measurement) {
        if (measurement.subject().startsWith("Untorn")) {
            return OURS;
        }
        for (Kind kind : values()) {
            if (measurement.group().equals(kind.group)) {
                return kind;
            }
        }
        return OTHER;
    }

    /** The style class of its bars. */
    String style() {
        return switch (this) {
            case OURS -> "ours";
            case CONTROL -> "control";
            default -> "rival";
        };
    }
}
