// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.untorn.matrix.VectorMatrix;

/** The logs and dumps of four runs of real kernels, and small logs made up for one rule each. */
public final class Runs {
    /** All four. */
    public static final List<String> NAMES = List.of("cpus4", "cpus4-5.10", "cpus4-5.10-race", "cpus4-offline-managed");

    private Runs() {}

    /** The log of a run. */
    public static Path log(String run) {
        return run.equals("cpus4-5.10") ? resource("cpus4-5.10.trace.gz") : resource(run + "/00-full.trace.gz");
    }

    /** The dumps of a run. */
    public static List<Path> dumps(String run) throws IOException {
        try (Stream<Path> files = Files.list(resource(run))) {
            return files.filter(file -> file.toString().endsWith(".matrix.gz"))
                    .sorted()
                    .toList();
        }
    }

    private static Path resource(String name) {
        try {
            return Path.of(Runs.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** The lines of a run's log. */
    static List<String> lines(String run) throws IOException {
        try (InputStream in = TraceReader.unzipped(Files.newInputStream(log(run)))) {
            return new ArrayList<>(List.of(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).split("\n")));
        }
    }

    static TraceReader reader(List<String> lines) throws IOException {
        return reader(String.join("\n", lines) + "\n");
    }

    static TraceReader reader(String text) throws IOException {
        return new TraceReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    static Replay replay(TraceReader log, MatrixDump... dumps) throws IOException {
        return replay(log, new Replay(List.of(dumps)));
    }

    static Replay replay(TraceReader log, VectorMatrix.Accounting accounting) throws IOException {
        return replay(log, new Replay(List.of(), accounting));
    }

    private static Replay replay(TraceReader log, Replay replay) throws IOException {
        try (log) {
            for (TraceEvent event = log.next(); event != null; event = log.next()) {
                replay.accept(event);
            }
        }
        replay.finish();
        return replay;
    }

    /** Writes a log: each line is a CPU, a space and the event with its fields. */
    static String text(String... events) {
        StringBuilder text = new StringBuilder("# tracer: nop\n");
        for (int i = 0; i < events.length; i++) {
            String[] parts = events[i].split(" ", 2);
            text.append(String.format(
                    "          <idle>-0       [%03d] d..1. %12d: %s%n", //
                    Integer.parseInt(parts[0]), i + 1, parts[1]));
        }
        return text.toString();
    }
}
