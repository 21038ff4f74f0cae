// SPDX-License-Identifier: Apache-2.0
package org.untorn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.lang.invoke.VarHandle.AccessMode;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.untorn.irq.VectorDomain;

/**
 * docs/memory-order.md is complete: every volatile field, every VarHandle and every array that one of them accesses has a
 * row; the access modes of a VarHandle in its rows are those in the source; the tests it names are there.
 *
 * <p>A row's first cell holds {@code Type.field} for each field, and the names of the VarHandles that access it.
 */
class MemoryOrderTest {
    private static final Path TABLE = Path.of("docs", "memory-order.md");
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Set<String> MODES = Arrays.stream(AccessMode.values())
            .map(AccessMode::methodName)
            .collect(Collectors.toCollection(TreeSet::new));

    @Test
    void table_hasARowForWhatIsShared_andNoOther() throws Exception {
        Table table = Table.of(Markdown.of(TABLE));
        Set<String> shared = new TreeSet<>();
        for (Class<?> type : mainClasses()) {
            shared.addAll(shared(type));
        }
        assertTrue(shared.size() >= 60, "shared=" + shared.size());
        assertEquals(Set.of(), minus(shared, table.names), "without a row");
        assertEquals(Set.of(), minus(table.names, shared), "rows of nothing shared");
    }

    @Test
    void table_hasTheAccessModesOfTheSource() throws Exception {
        Map<String, Set<String>> used = new TreeMap<>();
        for (Class<?> type : mainClasses()) {
            String source = source(type);
            for (Field field : type.getDeclaredFields()) {
                if (field.getType() == VarHandle.class) {
                    used.put(
                            name(type) + "." + field.getName(),
                            modes("\\b" + field.getName() + "\\s*\\.(\\w+)\\(", source));
                }
            }
        }
        assertTrue(used.size() >= 20, "handles=" + used.size());
        Map<String, Set<String>> said = Table.of(Markdown.of(TABLE)).modes;
        used.forEach((handle, modes) -> assertEquals(modes, said.get(handle), handle));
    }

    @Test
    void table_namesTestsThatAreThere() throws Exception {
        Set<String> there = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Markdown.ROOT)) {
            files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".java"))
                    .forEach(file -> there.add(file.replace(".java", "")));
        }
        Set<String> named = Table.of(Markdown.of(TABLE)).tests;
        assertTrue(named.size() >= 20, "tests=" + named.size());
        assertEquals(Set.of(), minus(named, there));
    }

    @Test
    void rows_areReadByNameModeAndTest() {
        Table table = Table.of(Markdown.of(TABLE, """
                | field | written | read | guard | test |
                |---|---|---|---|---|
                | `Cpu.owner` `OWNER` | claimers: `compareAndSet` | movers: volatile | M1 | `Cpu_04_OneOwnerAtATime` |
                | `Cpu.table` `SLOT` | `compareAndSet` | `getVolatile` | M2 | `NoSuchTest` |
                """));
        assertEquals(Set.of("Cpu.owner", "Cpu.OWNER", "Cpu.table", "Cpu.SLOT"), table.names);
        assertEquals(Set.of("compareAndSet", "getVolatile"), table.modes.get("Cpu.SLOT"));
        assertEquals(Set.of("Cpu_04_OneOwnerAtATime", "NoSuchTest"), table.tests);
    }

    /** What the rows say. */
    private record Table(Set<String> names, Map<String, Set<String>> modes, Set<String> tests) {
        static Table of(Markdown markdown) {
            Table table = new Table(new TreeSet<>(), new TreeMap<>(), new TreeSet<>());
            for (List<String> row : markdown.rows()) {
                List<String> spans = spans(row.get(0));
                if (!spans.isEmpty()) {
                    table.add(row, spans);
                }
            }
            return table;
        }

        private void add(List<String> row, List<String> spans) {
            String type = "";
            for (String span : spans) {
                if (span.contains(".")) {
                    type = span.substring(0, span.lastIndexOf('.'));
                    names.add(span);
                } else {
                    names.add(type + "." + span);
                    modes.computeIfAbsent(type + "." + span, handle -> new TreeSet<>())
                            .addAll(MemoryOrderTest.modes("`(\\w+)`", row.get(1) + row.get(2)));
                }
            }
            tests.addAll(spans(row.get(4)));
        }

        private static List<String> spans(String cell) {
            return Pattern.compile("`([^`]+)`")
                    .matcher(cell)
                    .results()
                    .map(span -> span.group(1))
                    .toList();
        }
    }

    private static Set<String> minus(Set<String> all, Set<String> some) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    private static Set<String> modes(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(MODES::contains)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> shared(Class<?> type) throws IllegalAccessException {
        Set<String> shared = new TreeSet<>();
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isVolatile(field.getModifiers())) {
                shared.add(name(type) + "." + field.getName());
            } else if (field.getType() == VarHandle.class) {
                shared.add(name(type) + "." + field.getName());
                field.setAccessible(true);
                Class<?> accessed =
                        ((VarHandle) field.get(null)).coordinateTypes().get(0);
                Arrays.stream(type.getDeclaredFields())
                        .filter(each -> each.getType() == accessed && accessed.isArray() && !each.isSynthetic())
                        .forEach(each -> shared.add(name(type) + "." + each.getName()));
            }
        }
        return shared;
    }

    private static List<Class<?>> mainClasses() throws Exception {
        Path classes = Path.of(URI.create(VectorDomain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = classes.relativize(file)
                        .toString()
                        .replace(file.getFileSystem().getSeparator(), ".");
                if (name.endsWith(".class") && !name.endsWith("-info.class")) {
                    types.add(Class.forName(name.substring(0, name.length() - ".class".length())));
                }
            }
        }
        return types;
    }

    private static String source(Class<?> type) throws IOException {
        String file = type.getName().replaceAll("\\$.*", "").replace('.', '/') + ".java";
        return Files.readString(SOURCES.resolve(file));
    }

    /** As written in the source, without its package. */
    private static String name(Class<?> type) {
        return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
    }
}
