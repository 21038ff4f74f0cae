// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.untorn.benchmarks.report.Conditions;
import org.untorn.benchmarks.run.Seed;

/** What the figures are measured on, and from which build. */
final class Machine {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** As they are now. */
    static Conditions conditions(String command, String depth) throws InterruptedException {
        return new Conditions(
                cpu(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + ' ' + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + ' ' + Runtime.version(),
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                command,
                depth,
                commit(),
                now(),
                Seed.VALUE,
                busy());
    }

    /** What others use: this process sleeps meanwhile. Not the load average, which remembers the build that made the jar. */
    private static double busy() throws InterruptedException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        system.getCpuLoad(); // it answers for the time since the call before
        TimeUnit.SECONDS.sleep(1);
        return system.getCpuLoad();
    }

    /** To the second, with its zone. */
    static String now() {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(ZonedDateTime.now().truncatedTo(ChronoUnit.SECONDS));
    }

    /** Where runs are left: beside the jar if that is where Maven built it, so that the checkout stays clean. */
    static Path runs() {
        Path build = build();
        return isMavens(build) ? build.resolve("runs") : Path.of("untorn-runs");
    }

    /** The directory of the jar, or of the classes. */
    private static Path build() {
        try {
            return Path.of(Machine.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isMavens(Path build) {
        return build.endsWith(Path.of("benchmarks", "target"));
    }

    /** Of the checkout that the jar was built in, as it is now; "" if it is not known. */
    private static String commit() {
        if (!isMavens(build())) {
            return "";
        }
        try {
            Process git = new ProcessBuilder(
                            "git", "-C", build().toString(), "describe", "--always", "--dirty", "--abbrev=12")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException noGit) {
            return ""; // a courtesy, not a measurement
        }
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
