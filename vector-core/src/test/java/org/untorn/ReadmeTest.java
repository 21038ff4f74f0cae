// SPDX-License-Identifier: Apache-2.0
package org.untorn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README compiles, runs, and prints what the README says; its dependency block is that of the build. */
class ReadmeTest {
    private static final Path README = Markdown.ROOT.resolve("README.md");

    @TempDir
    private Path folder;

    @Test
    void example_compiledAndRun_printsWhatItSays() throws Exception {
        List<String> examples = Markdown.of(README).blocks("java");
        assertEquals(1, examples.size());
        Path source = folder.resolve("Example.java");
        Files.writeString(source, """
                import org.untorn.irq.*;
                import org.untorn.matrix.CpuMask;

                public class Example {
                    public static void main(String[] args) {
                %s
                    }
                }
                """.formatted(examples.get(0)));
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        messages,
                        messages,
                        "-Xlint:all",
                        "-Werror",
                        "-cp",
                        System.getProperty("java.class.path"),
                        source.toString());
        assertEquals(0, result, messages::toString);
        assertEquals("served on CPU 0\nserved on CPU 1\n", output());
        long lines = examples.get(0).lines().filter(line -> !line.isBlank()).count();
        assertTrue(lines <= 12, "lines=" + lines);
    }

    @Test
    void dependency_isWhatThisBuildMakes() throws IOException {
        String pom = Files.readString(Markdown.ROOT.resolve("pom.xml")).replaceFirst("(?s)<parent>.*</parent>", "");
        List<String> blocks = Markdown.of(README).blocks("xml");
        assertEquals(1, blocks.size());
        for (String element : List.of("groupId", "version")) {
            assertEquals(first(element, pom), first(element, blocks.get(0)));
        }
        assertEquals("vector-core", first("artifactId", blocks.get(0)));
    }

    private static String first(String element, String xml) {
        Matcher matcher = Pattern.compile("<" + element + ">(.*?)</").matcher(xml);
        assertTrue(matcher.find(), element);
        return matcher.group(1);
    }

    private String output() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            System.setOut(new PrintStream(out, true));
            loader.loadClass("Example").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        return out.toString().replace(System.lineSeparator(), "\n");
    }
}
