// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.untorn.benchmarks.run.Measurement;

/** The one sentence above a chart, computed from what the chart shows: it says so too when the library loses. */
final class Findings {
    private static final List<Kind> RIVALS = List.of(Kind.SAME_JOB, Kind.LESS, Kind.FLOOR, Kind.OTHER);

    private static final String SHARE = "share of undisturbed";

    private Findings() {}

    /** Our best against the best of each kind of rival. */
    static String bars(Panel panel) {
        if (panel.measurements().stream().anyMatch(each -> each.also().containsKey(SHARE))) {
            return shares(panel);
        }
        Optional<Measurement> ours = panel.best(Kind.OURS);
        if (ours.isEmpty()) {
            return range(panel);
        }
        List<String> parts = new ArrayList<>();
        for (Kind kind : RIVALS) {
            panel.best(kind).ifPresent(best -> parts.add(against(ours.get(), best) + among(panel, kind)));
        }
        String subject = ours.get().subject();
        String fastest = panel.count(Kind.OURS) == 1
                ? subject
                : "Of ours, " + subject + " is the fastest ("
                        + Figures.of(ours.get().value(), panel.unit()) + ")";
        if (parts.isEmpty()) {
            return fastest
                    + (panel.count(Kind.OURS) == 1
                            ? ": " + Figures.of(ours.get().value(), panel.unit())
                            : "")
                    + '.';
        }
        return fastest + (panel.count(Kind.OURS) == 1 ? " is " : "; it is ") + list(parts) + '.';
    }

    /** What is left of each throughput. */
    private static String shares(Panel panel) {
        List<String> parts = panel.measurements().stream()
                .filter(each -> each.also().containsKey(SHARE) && Kind.of(each) != Kind.CONTROL)
                .sorted(Comparator.comparing(each -> -each.also().get(SHARE)))
                .map(each -> "%.0f %% (%s)".formatted(100 * each.also().get(SHARE), each.subject()))
                .toList();
        return "Of the undisturbed throughput, this is left: " + list(parts) + '.';
    }

    private static String against(Measurement ours, Measurement rival) {
        String ratio = Panel.overlap(ours, rival)
                ? "within the errors as fast as "
                : Figures.ratio(Panel.speed(ours) / Panel.speed(rival)) + " as fast as ";
        return ratio + rival.subject();
    }

    private static String among(Panel panel, Kind kind) {
        String group = kind == Kind.SAME_JOB ? "the same job" : kind.name().toLowerCase(Locale.ROOT);
        if (kind == Kind.OTHER) {
            return panel.count(kind) == 1 ? "" : " (the fastest of the others)";
        }
        return panel.count(kind) == 1 ? " (" + group + ")" : " (the fastest of “" + group + "”)";
    }

    /** Where nothing is ours: from the fastest to the slowest. */
    private static String range(Panel panel) {
        Measurement best = panel.measurements().stream()
                .max(Comparator.comparing(Panel::speed))
                .orElseThrow();
        Measurement worst = panel.measurements().stream()
                .min(Comparator.comparing(Panel::speed))
                .orElseThrow();
        if (best == worst) {
            return best.subject() + ": " + Figures.of(best.value(), panel.unit()) + '.';
        }
        return "%s is %s as fast as %s."
                .formatted(best.subject(), Figures.ratio(Panel.speed(best) / Panel.speed(worst)), worst.subject());
    }

    /** Everything in atomic-ors: the hardware's own operations one by one, the library's from the least to the most. */
    static String limits(Panel panel) {
        Optional<Measurement> or = panel.measurements().stream()
                .filter(each -> each.subject().equals("atomic-or"))
                .findFirst();
        if (or.isEmpty()) {
            return range(panel);
        }
        List<String> parts = new ArrayList<>();
        for (Measurement each : panel.measurements()) {
            if (Kind.of(each) == Kind.FLOOR && each != or.get()) {
                parts.add(each.subject() + " "
                        + Figures.ratio(each.value() / or.get().value()));
            }
        }
        List<Measurement> ours = panel.measurements().stream()
                .filter(each -> Kind.of(each) == Kind.OURS)
                .toList();
        String text = "An atomic-or takes " + Figures.of(or.get().value(), panel.unit());
        text += parts.isEmpty() ? "" : "; in its multiples: " + list(parts);
        if (!ours.isEmpty()) {
            Measurement least = ours.get(0);
            Measurement most = ours.get(ours.size() - 1);
            text += "; of ours from %s (%s) to %s (%s)"
                    .formatted(
                            Figures.ratio(least.value() / or.get().value()),
                            least.subject(),
                            Figures.ratio(most.value() / or.get().value()),
                            most.subject());
        }
        return text + '.';
    }

    /** How much each curve grows from its left end to its right. */
    static String growth(List<LineChart.Series> curves, String x) {
        List<String> parts = new ArrayList<>();
        double from = Double.NaN;
        double to = Double.NaN;
        for (LineChart.Series each : curves) {
            int last = each.x().length - 1;
            if (last > 0) {
                from = each.x()[0];
                to = each.x()[last];
                parts.add(Figures.digits(each.y()[last] / each.y()[0]) + " (" + each.name() + ")");
            }
        }
        return parts.isEmpty()
                ? "Measured at one size only."
                : "From %s to %s %s the cost changes by a factor of %s."
                        .formatted(Figures.count(from), Figures.count(to), x, list(parts));
    }

    /** A percentile of each curve against the undisturbed one. */
    static String tail(List<Measurement> curves, String percentile) {
        Measurement first = curves.get(0);
        double base = first.also().getOrDefault(percentile, Double.NaN);
        String words = "The " + percentile.substring(1) + "th percentile";
        String undisturbed = " is " + Figures.of(base, "ns") + " for “" + Latency.name(first) + "”";
        List<String> parts = new ArrayList<>();
        for (Measurement each : curves.subList(1, curves.size())) {
            double ratio = each.also().getOrDefault(percentile, Double.NaN) / base;
            parts.add(Figures.ratio(ratio) + " that for “" + Latency.name(each) + "”");
        }
        return words + undisturbed + (parts.isEmpty() ? "" : ", " + list(parts)) + '.';
    }

    /** What was lost, and whether the controls show that losses are seen. */
    static String lost(List<Lost> all) {
        List<String> ours = all.stream()
                .filter(each -> each.kind() == Kind.OURS && each.lost() > 0)
                .map(each -> each.subject() + " lost " + Figures.count(each.lost()))
                .toList();
        List<String> rivals = all.stream()
                .filter(each -> each.kind() != Kind.OURS && each.kind() != Kind.CONTROL && each.lost() > 0)
                .map(each -> each.subject() + " lost " + Figures.count(each.lost()))
                .toList();
        List<Lost> controls =
                all.stream().filter(each -> each.kind() == Kind.CONTROL).toList();
        List<String> seen = controls.stream()
                .filter(each -> each.lost() > 0)
                .map(each -> each.subject() + " lost " + Figures.count(each.lost()))
                .toList();
        List<String> unseen = controls.stream()
                .filter(each -> each.lost() == 0)
                .map(Lost::subject)
                .toList();
        StringBuilder text = new StringBuilder();
        text.append(ours.isEmpty() ? "Nothing of the library lost a raise" : "The library lost raises: " + list(ours));
        text.append(rivals.isEmpty() ? "" : "; of the rivals, " + list(rivals));
        text.append(seen.isEmpty() ? "" : "; of the controls, which must lose, " + list(seen));
        text.append(unseen.isEmpty() ? "" : "; not seen to lose: " + list(unseen));
        return text.append('.').toString();
    }

    private static String list(List<String> parts) {
        return parts.size() < 2
                ? String.join("", parts)
                : String.join(", ", parts.subList(0, parts.size() - 1)) + " and " + parts.get(parts.size() - 1);
    }
}
