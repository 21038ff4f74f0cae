// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the figures were measured on: without it they mean nothing. */
final class Machine {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** One line. */
    static String describe() {
        return cpu() + ", " + Runtime.getRuntime().availableProcessors() + " cores, "
                + System.getProperty("os.name") + ' ' + System.getProperty("os.version") + ", "
                + System.getProperty("java.vm.name") + ' ' + Runtime.version();
    }

    private static String cpu() {
        if (Files.isReadable(CPUINFO)) {
            try (Stream<String> lines = Files.lines(CPUINFO)) {
                return lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse(System.getProperty("os.arch"));
            } catch (IOException unreadable) {
                return System.getProperty("os.arch"); // a name is a courtesy, not a measurement
            }
        }
        return System.getProperty("os.arch");
    }
}
