// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.untorn.matrix.VectorMatrix;

/**
 * What a kernel's matrix looked like when somebody read it out of its memory: a {@code NN-x.matrix} file.
 *
 * <p>It was read shortly after the marker of its name while the machine ran on, so it is right if it equals our matrix
 * at the marker or after any event up to the next marker.
 */
public final class MatrixDump {
    private static final List<String> GLOBALS =
            List.of("Online bitmaps", "Global available", "Global reserved", "Total allocated");
    private static final List<String> COUNTERS = List.of("available", "managed", "managed allocated", "allocated");
    private static final String END = " alloc_end ";
    private static final int INIT = 1; // columns of a row: cpu, init, online, the counters, the vectors
    private static final int ONLINE = 2;
    private static final int FIRST_COUNTER = 3;
    private static final int VECTORS = FIRST_COUNTER + COUNTERS.size();

    private record Row(int cpu, boolean online, int[] counters, BitSet vectors, BitSet managed) {}

    private final Path file;
    private final String name;
    private final int[] globals = new int[GLOBALS.size()];
    private final List<Row> rows = new ArrayList<>();
    private BitSet system;
    private int end = -1;

    private MatrixDump(Path file, String name) {
        this.file = file;
        this.name = name;
        Arrays.fill(globals, -1);
    }

    /**
     * Reads a dump.
     *
     * @param file named {@code NN-x.matrix} or {@code NN-x.matrix.gz}
     * @return the dump
     * @throws IOException if it cannot be read, or is no dump
     */
    public static MatrixDump read(Path file) throws IOException {
        String fileName = file.getFileName().toString().replaceFirst("\\.gz$", "");
        MatrixDump dump = new MatrixDump(file, fileName.replaceFirst("\\.matrix$", ""));
        try (InputStream in = TraceReader.unzipped(new FileInputStream(file.toFile()))) {
            dump.parse(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw dump.unusable();
        }
        if (dump.rows.isEmpty()
                || dump.system == null
                || dump.end < 0
                || Arrays.stream(dump.globals).anyMatch(value -> value < 0)) {
            throw dump.unusable();
        }
        return dump;
    }

    private UnusableTraceException unusable() {
        return new UnusableTraceException(
                file + ": this is not a dump of a vector matrix. Its lines are 'alloc_end n', '" + GLOBALS.get(0)
                        + ": n' and so on, 'System: n: list', and one row a CPU with its counters and vectors.");
    }

    private void parse(String text) {
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (line.contains(END)) {
                end = Integer.parseInt(
                        line.substring(line.indexOf(END) + END.length()).split(" ", 2)[0]);
            } else if (line.startsWith("System:")) {
                system = list(line.substring(line.lastIndexOf(':') + 1).strip());
            } else if (colon > 0 && GLOBALS.contains(line.substring(0, colon))) {
                globals[GLOBALS.indexOf(line.substring(0, colon))] =
                        Integer.parseInt(line.substring(colon + 1).strip());
            } else if (line.indexOf('|') > 0 && Character.isDigit(line.strip().charAt(0))) {
                addRow(line);
            }
        }
    }

    private void addRow(String line) {
        int bar = line.indexOf('|');
        String[] words = line.substring(0, bar).strip().split(" +");
        int[] numbers =
                Arrays.stream(words, 0, VECTORS).mapToInt(Integer::parseInt).toArray();
        Objects.checkIndex(numbers[0], TraceReader.MAX_CPUS);
        if (numbers[INIT] != 0) { // a CPU that was never online has no counters yet
            rows.add(new Row(
                    numbers[0],
                    numbers[ONLINE] != 0,
                    Arrays.copyOfRange(numbers, FIRST_COUNTER, VECTORS),
                    list(words.length > VECTORS ? words[VECTORS] : ""),
                    list(line.substring(bar + 1).strip())));
        }
    }

    /** Linux's list form: {@code 33-36,48}. */
    private static BitSet list(String text) {
        BitSet bits = new BitSet();
        for (String range : text.isEmpty() ? new String[0] : text.split(",")) {
            String[] ends = range.split("-", 2);
            bits.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
        }
        return bits;
    }

    /** The file it was read from. */
    public Path file() {
        return file;
    }

    /** Whether it was taken at the marker with this text: {@code END NN-x}, {@code END x} or {@code SNAP NN-x}. */
    boolean isOf(String marker) {
        return marker.equals("END " + name)
                || marker.equals("SNAP " + name)
                || marker.equals("END " + name.replaceFirst("^\\d+-", ""));
    }

    String name() {
        return name;
    }

    /** How many values {@link #differences} compares. */
    int size() {
        return globals.length + 2 + rows.size() * (COUNTERS.size() + 3);
    }

    /** What this dump and a matrix disagree on. */
    List<String> differences(VectorMatrix matrix, int matrixEnd) {
        List<String> found = new ArrayList<>();
        compare(found, "alloc_end", end, matrixEnd);
        int[] ours = {matrix.onlineCpus(), matrix.globalAvailable(), matrix.globalReserved(), matrix.totalAllocated()};
        for (int i = 0; i < globals.length; i++) {
            compare(found, GLOBALS.get(i), globals[i], ours[i]);
        }
        compare(found, "System", system, Vectors.where(matrix::isSystem));
        rows.forEach(row -> compare(found, row, matrix));
        return found;
    }

    private static void compare(List<String> found, Row row, VectorMatrix matrix) {
        int cpu = row.cpu();
        String of = "CPU " + cpu + ": ";
        int[] ours = {matrix.available(cpu), matrix.managed(cpu), matrix.managedAllocated(cpu), matrix.allocated(cpu)};
        for (int i = 0; i < ours.length; i++) {
            compare(found, of + COUNTERS.get(i), row.counters()[i], ours[i]);
        }
        compare(found, of + "online", row.online(), matrix.isOnline(cpu));
        compare(found, of + "vectors", row.vectors(), Vectors.where(v -> matrix.isAllocated(cpu, v)));
        compare(found, of + "managed map", row.managed(), Vectors.where(v -> matrix.isManaged(cpu, v)));
    }

    private static void compare(List<String> found, String what, Object dump, Object ours) {
        if (!dump.equals(ours)) {
            found.add(what + " is " + dump + " in the dump, " + ours + " here");
        }
    }
}
