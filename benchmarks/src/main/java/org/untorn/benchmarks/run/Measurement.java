// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.util.Map;

/**
 * One figure with its error.
 *
 * @param experiment the {@link Experiment#id} it belongs to
 * @param subject what was measured, as a person would call it: "Untorn", "JCTools MpscArrayQueue"
 * @param group what kind of rival the subject is, or "" where there are none: "the same job", "less", "floor", "control"
 * @param parameters what tells it from others of the same subject, in order: shape=burst, raises=64
 * @param unit of value and error: "ns/op", "signals/s", "bytes"
 * @param value the mean
 * @param error half the width of the 99.9 % confidence interval; NaN if it has none
 * @param also other figures of the same configuration: lost, spurious, "B/op", p50 ... p99.99
 */
public record Measurement(
        String experiment,
        String subject,
        String group,
        Map<String, String> parameters,
        String unit,
        double value,
        double error,
        Map<String, Double> also) {}
