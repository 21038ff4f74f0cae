// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.List;
import java.util.stream.Collectors;
import org.untorn.benchmarks.run.TargetResult;
import org.untorn.benchmarks.run.TargetResult.Direction;
import org.untorn.benchmarks.run.TargetResult.Status;

/** Targets in words. */
final class Targets {
    private Targets() {}

    /** "met by 12 %", "missed by 3.0 %", "not measured". */
    static String verdict(TargetResult target) {
        if (target.status() == Status.NOT_MEASURED) {
            return target.status().toString();
        }
        double percent = 100 * Math.abs(target.ratio() / target.limit() - 1);
        return target.status() + " by " + (percent < 9.95 ? "%.1f %%" : "%.0f %%").formatted(percent);
    }

    /** "≥ 1.50". */
    static String limit(TargetResult target) {
        return (target.direction() == Direction.AT_LEAST ? "≥ " : "≤ ") + Figures.whole(target.limit());
    }

    static String finding(List<TargetResult> targets) {
        String missed = targets.stream()
                .filter(each -> each.status() == Status.MISSED)
                .map(each -> each.title() + " (" + verdict(each) + ")")
                .collect(Collectors.joining("; "));
        long unknown = count(targets, Status.NOT_MEASURED);
        return "%d of %d targets met".formatted(count(targets, Status.MET), targets.size())
                + (unknown == 0 ? "" : ", " + unknown + " not measured in this run")
                + (missed.isEmpty() ? "." : "; missed: " + missed + '.');
    }

    private static long count(List<TargetResult> targets, Status status) {
        return targets.stream().filter(each -> each.status() == status).count();
    }

    /** With what was divided by what, or without, to be narrower. */
    static Table table(List<TargetResult> targets, boolean basis) {
        Table table = new Table(2, "target", "", "measured", "limit");
        for (TargetResult each : targets) {
            String title = each.title() + (basis && !each.basis().isEmpty() ? ": " + each.basis() : "");
            table.add(title, verdict(each), Figures.digits(each.ratio()), limit(each));
        }
        return table;
    }
}
