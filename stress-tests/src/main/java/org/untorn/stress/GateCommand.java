// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jcstress.infra.runners.TestList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs jcstress if asked to, and fails on what {@link Gate} finds in the results. */
@Command(
        name = "gate",
        description = "Fails when a forbidden outcome occurred, when one that must be seen did not, or when a test did"
                + " not run.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:no finding", "1:a finding", "2:bad usage"})
final class GateCommand implements Callable<Integer> {
    /** One JVM a test, no pre-touched heap, one compilation for all actors: a second a test. */
    static final List<String> QUICK = quick(50, 2);

    /** For controls that were not seen so quickly, as happens on a busy machine. */
    static final List<String> LONGER = quick(500, 10);

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "Where jcstress' results (*.bin.gz) are.")
    private Path directory;

    @Parameters(
            index = "1..*",
            paramLabel = "ARG",
            description = "With --run, after '--': options of jcstress in place of the quick ones.")
    private List<String> args = List.of();

    @Option(names = "--run", description = "Run jcstress first; its results, report and log go to DIR.")
    private boolean run;

    @Option(names = "-t", paramLabel = "REGEX", description = "Only tests whose name holds this; default: all.")
    private Pattern tests = Pattern.compile("");

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Collection<String> names = TestList.tests().stream()
                .filter(name -> tests.matcher(name).find())
                .sorted()
                .toList();
        if (names.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "-t " + tests + ": no such test");
        }
        if (!run && !args.isEmpty()) {
            throw new ParameterException(spec.commandLine(), args + ": only with --run");
        }
        if (run) {
            clear();
            run(tests.pattern(), args.isEmpty() ? QUICK : args, "jcstress.log", out);
            List<String> notSeen =
                    judge(names, new PrintWriter(Writer.nullWriter())).notSeen();
            if (!notSeen.isEmpty() && args.isEmpty()) {
                notSeen.forEach(name -> out.println("not seen to fail yet, again with more time: " + name));
                run(String.join("|", notSeen), LONGER, "jcstress-longer.log", out);
            }
        } else if (!Files.isDirectory(directory)) {
            throw new ParameterException(spec.commandLine(), directory + ": no such directory");
        }
        Gate gate = judge(names, out);
        gate.machines().forEach(out::println);
        gate.findings().forEach(finding -> out.println("FINDING " + finding));
        out.println(names.size() + " tests, " + gate.findings().size() + " findings");
        out.flush();
        return gate.findings().isEmpty() ? 0 : 1;
    }

    private Gate judge(Collection<String> names, PrintWriter out) throws IOException, ClassNotFoundException {
        Gate gate = new Gate();
        gate.read(directory);
        names.forEach(name -> gate.judge(TestList.getInfo(name), out));
        return gate;
    }

    private static List<String> quick(int millis, int iterations) {
        String line = "-m quick -sc false -f 1 -pth false -jvmArgs -Xmx256m -time " + millis + " -iters " + iterations;
        return List.of(line.split(" "));
    }

    private void clear() throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> old = Files.list(directory)) {
            for (Path file :
                    old.filter(file -> file.toString().endsWith(".bin.gz")).toList()) {
                Files.delete(file);
            }
        }
    }

    /** In a process of its own: jcstress writes its results to the directory it is started in, and exits. */
    private void run(String pattern, List<String> options, String logName, PrintWriter out)
            throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", classPath, "org.openjdk.jcstress.Main", "-t", pattern, "-r", "report"));
        command.addAll(options);
        Path log = directory.resolve(logName);
        out.println("running jcstress; log: " + log);
        out.flush();
        long start = System.nanoTime();
        int exit = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        out.println("jcstress ended with " + exit + " after "
                + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
    }
}
