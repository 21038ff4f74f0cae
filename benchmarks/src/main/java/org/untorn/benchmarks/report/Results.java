// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.untorn.benchmarks.run.Measurement;
import org.untorn.benchmarks.run.TargetResult;

/**
 * A run: what {@code results.json} holds.
 *
 * @param format version of the file's layout
 * @param conditions what it was measured on
 * @param end when it ended, in ISO 8601, or "" if it has not
 * @param hypotheses what was expected, by experiment
 * @param measurements all of them, in the order they were made
 * @param targets judged; empty unless the run was full
 * @param failures what could not be measured, and why
 */
public record Results(
        int format,
        Conditions conditions,
        String end,
        Map<String, String> hypotheses,
        List<Measurement> measurements,
        List<TargetResult> targets,
        List<String> failures) {
    public static final int FORMAT = 2;
    public static final String FILE = "results.json";

    private static final Gson GSON = new GsonBuilder()
            .registerTypeAdapter(double.class, new NaNAsNull())
            .registerTypeAdapter(Double.class, new NaNAsNull())
            .serializeNulls()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .create();

    /** The run in a directory, which is named in the message of what is thrown. */
    public static Results load(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.isReadable(file)) {
            throw new IOException(directory + ": there is no readable " + FILE + " in it.");
        }
        try {
            Results results = GSON.fromJson(Files.readString(file), Results.class);
            if (results == null || results.format != FORMAT) {
                throw new IOException(
                        file + ": format=" + (results == null ? "none" : results.format) + ", known=" + FORMAT + '.');
            }
            if (results.conditions == null
                    || results.measurements == null
                    || results.hypotheses == null
                    || results.targets == null
                    || results.failures == null) {
                throw new IOException(file + ": a part of it is missing.");
            }
            return results;
        } catch (JsonParseException e) {
            throw new IOException(file + ": it is not JSON as a run writes it: " + e.getMessage(), e);
        }
    }

    /** Replaces the directory's file at once, so that a run which dies leaves a whole one. */
    public void save(Path directory) throws IOException {
        Path next = directory.resolve(FILE + ".next");
        Files.writeString(next, GSON.toJson(this) + '\n');
        Files.move(next, directory.resolve(FILE), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    public boolean isComplete() {
        return !end.isEmpty();
    }

    /** Whether the library, not a control or a rival, lost a raise or ran a handler twice at once. */
    public boolean libraryLost() {
        return measurements.stream().anyMatch(each -> Kind.of(each) == Kind.OURS && Lost.isBroken(each));
    }

    /** What the hardware's own atomic-or costs in this run, nanoseconds; NaN if it was not measured. */
    double atomicOr() {
        return measurements.stream()
                .filter(each ->
                        each.experiment().equals("limits") && each.subject().equals("atomic-or"))
                .mapToDouble(Measurement::value)
                .findFirst()
                .orElse(Double.NaN);
    }

    /** JSON has no NaN. */
    private static final class NaNAsNull extends TypeAdapter<Double> {
        @Override
        public void write(JsonWriter out, Double value) throws IOException {
            if (value.isNaN()) {
                out.nullValue();
            } else {
                out.value(value);
            }
        }

        @Override
        public Double read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return Double.NaN;
            }
            return in.nextDouble();
        }
    }
}
