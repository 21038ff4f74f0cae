// SPDX-License-Identifier: Apache-2.0
package org.example.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.untorn.irq.VectorDomain;

/** {@link Main} in a JVM of its own, on each JDK, without a flag: it prints what it should, and nothing to stderr. */
class FreshJvmTest {
    private static final String LIBRARY = place(VectorDomain.class);
    private static final String CONSUMER = place(Main.class);
    private static final String PATH = LIBRARY + File.pathSeparator + CONSUMER;
    private static final String MODULE = "org.example.consumer/org.example.consumer.Main";
    private static final List<String> OUTPUT = List.of("served on CPU 0", "served on CPU 1", "{40}");

    @TempDir
    private Path folder;

    static List<Path> jdks() {
        List<Path> jdks = Arrays.stream(System.getProperty("jdks").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        System.out.println("JDKs: " + jdks);
        return jdks;
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void classPath_runsSilently(Path jdk) throws Exception {
        assertTrue(LIBRARY.endsWith(".jar"), LIBRARY);
        assertEquals(OUTPUT, run(jdk, "java", "-cp", PATH, Main.class.getName()));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void modulePath_runsSilently(Path jdk) throws Exception {
        assertEquals(OUTPUT, run(jdk, "java", "-p", PATH, "-m", MODULE));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void jlink_imageHoldsNothingElse_andRunsSilently(Path jdk) throws Exception {
        Path image = folder.resolve("image");
        run(jdk, "jlink", "-p", PATH, "--add-modules", "org.example.consumer", "--output", image.toString());
        assertEquals(
                List.of("java.base", "org.example.consumer", "org.untorn.vector"),
                run(image, "java", "--list-modules").stream()
                        .map(module -> module.replaceFirst("@.*", ""))
                        .sorted()
                        .toList());
        assertEquals(OUTPUT, run(image, "java", "-m", MODULE));
    }

    private List<String> run(Path home, String tool, String... arguments) throws IOException, InterruptedException {
        List<String> command = Stream.concat(
                        Stream.of(home.resolve("bin").resolve(tool).toString()), Stream.of(arguments))
                .collect(Collectors.toList());
        File out = Files.createTempFile(folder, "out", "").toFile();
        File err = Files.createTempFile(folder, "err", "").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(Redirect.to(out))
                .redirectError(Redirect.to(err));
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")); // announced on stderr
        int exit = builder.start().waitFor();
        assertEquals("", Files.readString(err.toPath()), command::toString);
        assertEquals(0, exit, command::toString);
        return Files.readAllLines(out.toPath());
    }

    private static String place(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()))
                .toString();
    }
}
