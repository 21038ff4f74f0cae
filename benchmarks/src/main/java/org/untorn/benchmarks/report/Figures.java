// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import java.util.Locale;

/** Numbers as a person reads them: three digits and a unit. */
final class Figures {
    private Figures() {}

    /** Whether more of it is better: a rate or a share. */
    static boolean isRate(String unit) {
        return unit.endsWith("/s") || unit.startsWith("share");
    }

    /** What one of them takes, or NaN if the unit says nothing about that. */
    static double nanos(double value, String unit) {
        return unit.startsWith("ns") ? value : unit.endsWith("/s") ? 1e9 / value : Double.NaN;
    }

    /** "12.3 ns", "41.2 M/s", "3.90 KiB". */
    static String of(double value, String unit) {
        if (unit.startsWith("ns")) {
            return scaled(value, 1000, " ns", " µs", " ms", " s");
        }
        if (unit.startsWith("bytes")) {
            return scaled(value, 1024, " B", " KiB", " MiB", " GiB");
        }
        if (unit.endsWith("/s")) {
            return scaled(value, 1000, "/s", " k/s", " M/s", " G/s");
        }
        return digits(value);
    }

    /** The same without zeros that say nothing: for the marks of an axis. */
    static String mark(double value, String unit) {
        return of(value, unit).replaceFirst("\\.0+(?=\\D|$)", "");
    }

    /** The same with its error. */
    static String of(double value, double error, String unit) {
        double share = error / Math.abs(value);
        return of(value, unit) + (Double.isNaN(error) || value == 0 ? "" : " ± " + percent(share));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share);
    }

    private static String scaled(double value, double step, String... units) {
        int unit = 0;
        while (Math.abs(value) >= 0.9995 * step && unit < units.length - 1) {
            value /= step;
            unit++;
        }
        return digits(value) + units[unit];
    }

    /** Three digits that count. */
    static String digits(double value) {
        double size = Math.abs(value);
        if (Double.isNaN(value)) {
            return "–";
        }
        if (size == 0) {
            return "0";
        }
        String format = size >= 99.95 ? "%,.0f" : size >= 9.995 ? "%.1f" : size >= 0.0995 ? "%.2f" : "%.2g";
        return String.format(Locale.ROOT, format, value);
    }

    /** The same, whole if it is whole: for counts, limits and what else was measured. */
    static String whole(double value) {
        return value == Math.rint(value) ? count(value) : digits(value);
    }

    static String ratio(double ratio) {
        return digits(ratio) + " ×";
    }

    static String count(double count) {
        return String.format(Locale.ROOT, "%,.0f", count);
    }

    /** As it is: 99.99, 64. */
    static String plain(double value) {
        return value == Math.rint(value) ? String.valueOf(Math.round(value)) : String.valueOf(value);
    }
}
