// SPDX-License-Identifier: Apache-2.0
package org.untorn;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Markdown file, as far as the tests look at one: its fenced blocks, headings, links and table rows. */
record Markdown(Path file, List<Block> blocks, List<String> prose) {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("#+ +(.*)");

    /** A fenced block: what the line that opens it says, the number of that line, what is inside. */
    record Block(String language, int line, String text) {}

    /** Those of the repository. */
    static List<Markdown> all() throws IOException {
        List<Markdown> found = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean made = name.equals("target") || name.startsWith(".") && !folder.equals(ROOT);
                return made ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (file.toString().endsWith(".md")) {
                    found.add(of(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    static Markdown of(Path file) throws IOException {
        return of(file, Files.readString(file));
    }

    static Markdown of(Path file, String text) {
        List<Block> blocks = new ArrayList<>();
        List<String> prose = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("```")) {
                prose.add(lines.get(i));
                continue;
            }
            int first = i;
            StringBuilder inside = new StringBuilder();
            for (i++; !lines.get(i).equals("```"); i++) { // ends with an exception if the block does not
                inside.append(lines.get(i)).append('\n');
            }
            blocks.add(new Block(lines.get(first).substring(3).strip(), first + 1, inside.toString()));
        }
        return new Markdown(file, blocks, prose);
    }

    List<String> blocks(String language) {
        return blocks.stream()
                .filter(block -> block.language.equals(language))
                .map(Block::text)
                .toList();
    }

    /** Where its links to files and headings of the repository go. */
    List<String> links() {
        List<String> links = new ArrayList<>();
        for (String line : prose) {
            Matcher matcher = LINK.matcher(line.replaceAll("`[^`]*`", ""));
            while (matcher.find()) {
                if (!matcher.group(1).matches("[a-z]+:.*")) {
                    links.add(matcher.group(1));
                }
            }
        }
        return links;
    }

    /** The names that GitHub gives its headings. */
    Set<String> anchors() {
        Map<String, Integer> seen = new HashMap<>();
        Set<String> anchors = new HashSet<>();
        for (String line : prose) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String slug = heading.group(1)
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-');
                int before = seen.merge(slug, 1, Integer::sum) - 1;
                anchors.add(before == 0 ? slug : slug + "-" + before);
            }
        }
        return anchors;
    }

    /** The cells of each row of its tables, the lines that rule them left out. */
    List<List<String>> rows() {
        return prose.stream()
                .filter(line -> line.startsWith("|") && !line.matches("[|: -]+"))
                .map(line -> List.of(line.strip().substring(1).split("\\|", -1)).stream()
                        .map(String::strip)
                        .toList())
                .toList();
    }
}
