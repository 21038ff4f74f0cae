// SPDX-License-Identifier: Apache-2.0
package org.untorn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java in the repository's Markdown files compiles, and its links lead somewhere.
 *
 * <p>A block that declares a type at its first column is a file of its own, imports included. Any other is a fragment: the
 * body of a method of {@link #FRAGMENT}, whose imports and fields it may use.
 */
class MarkdownTest {
    private static final Pattern TYPE = Pattern.compile(
            "^(?:(?:public|final|abstract) )*(?:class|interface|record|enum) (\\w+)", Pattern.MULTILINE);

    private static final String FRAGMENT = """
            import java.nio.channels.*;
            import java.util.*;
            import java.util.concurrent.*;
            import org.untorn.irq.*;
            import org.untorn.matrix.*;
            import org.untorn.msi.*;
            import org.untorn.pending.*;

            class Fragment {
                VectorDomain domain;
                Cpu cpu;
                Irq irq;
                Selector selector;
                SocketChannel channel;

                void run() throws Exception {
            %s
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void javaBlocks_compile() throws Exception {
        List<Path> sources = new ArrayList<>();
        for (Markdown markdown : Markdown.all()) {
            for (Markdown.Block block : markdown.blocks()) {
                if (block.language().equals("java")) {
                    String name = Markdown.ROOT.relativize(markdown.file()) + ":" + block.line();
                    sources.add(write(name, sources.size(), block.text()));
                }
            }
        }
        assertTrue(sources.size() >= 8, "blocks=" + sources.size());
        assertEquals("", compile(sources));
    }

    @Test
    void javaBlock_thatDoesNotCompile_isNamed() throws Exception {
        Path good = write("page.md:1", 0, "irq.raise();\n");
        Path bad = write("page.md:9", 1, "irq.rise();\n");
        Path type = write("page.md:20", 2, "public class Page {\n    int rise() {\n        return \"\";\n    }\n}\n");
        assertEquals("", compile(List.of(good)));
        String messages = compile(List.of(good, bad, type));
        assertTrue(messages.contains("page_md_9") && messages.contains("page_md_20"), messages);
        assertTrue(!messages.contains("page_md_1/"), messages);
    }

    @Test
    void links_leadToFilesAndHeadings() throws Exception {
        List<String> dead = new ArrayList<>();
        int links = 0;
        for (Markdown markdown : Markdown.all()) {
            links += markdown.links().size();
            dead.addAll(deadLinks(markdown));
        }
        assertEquals(List.of(), dead);
        assertTrue(links >= 20, "links=" + links);
    }

    @Test
    void link_toNothing_isNamed() throws Exception {
        Path file = folder.resolve("page.md");
        Files.writeString(file, """
                # One heading, with *marks*
                # One heading, with *marks*
                [here](page.md) [there](#one-heading-with-marks) [again](page.md#one-heading-with-marks-1)
                `[code](nowhere.md)` [away](https://example.org/none)
                ```
                [in a block](nowhere.md)
                ```
                [a](nowhere.md) and [b](#no-heading)
                """);
        assertEquals(List.of("page.md: nowhere.md", "page.md: #no-heading"), deadLinks(Markdown.of(file)));
    }

    private static List<String> deadLinks(Markdown markdown) throws IOException {
        List<String> dead = new ArrayList<>();
        for (String link : markdown.links()) {
            String path = link.replaceAll("#.*", "");
            String anchor = link.contains("#") ? link.substring(link.indexOf('#') + 1) : "";
            Path target = path.isEmpty() ? markdown.file() : markdown.file().resolveSibling(path);
            boolean found = Files.exists(target)
                    && (anchor.isEmpty() || Markdown.of(target).anchors().contains(anchor));
            if (!found) {
                dead.add(markdown.file().getFileName() + ": " + link);
            }
        }
        return dead;
    }

    /** Writes a block as a source in a package of its own, named after where it stands. */
    private Path write(String where, int number, String text) throws IOException {
        String name = "b" + number + "_" + where.replaceAll("\\W", "_");
        Matcher type = TYPE.matcher(text);
        boolean whole = type.find();
        Path source = folder.resolve("src").resolve(name).resolve((whole ? type.group(1) : "Fragment") + ".java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "package " + name + ";\n" + (whole ? text : FRAGMENT.formatted(text)));
        return source;
    }

    /** What javac says of them. */
    private String compile(List<Path> sources) {
        List<String> arguments = new ArrayList<>(List.of(
                "-Xlint:all",
                "-Werror",
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.resolve("classes").toString()));
        sources.forEach(source -> arguments.add(source.toString()));
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        ToolProvider.getSystemJavaCompiler().run(null, messages, messages, arguments.toArray(String[]::new));
        return messages.toString();
    }
}
