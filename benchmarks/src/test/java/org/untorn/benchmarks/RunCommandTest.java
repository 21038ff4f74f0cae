// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.untorn.benchmarks.report.Results;
import org.untorn.benchmarks.run.Depth;
import org.untorn.benchmarks.run.Experiment;
import org.untorn.benchmarks.run.Measurement;
import org.untorn.benchmarks.run.Seed;
import org.untorn.benchmarks.trace.AffinityMoves;
import picocli.CommandLine;

class RunCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int execute(CommandLine line, Object... args) {
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(java.util.Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    }

    /** With experiments that take no time. */
    private int runMadeUp(Consumer<Consumer<Measurement>> measure, Object... args) {
        return execute(new CommandLine(new RunCommand(moves -> List.of(new Fixed("fixed", measure)))), args);
    }

    private static Measurement moved(String group, double lost) {
        return new Measurement("fixed", "mover", group, Map.of(), "ns/op", 5, 0.1, Map.of("lost", lost));
    }

    private record Fixed(String id, Consumer<Consumer<Measurement>> measure) implements Experiment {
        @Override
        public String hypothesis() {
            return "It is what it is.";
        }

        @Override
        public List<Step> steps(Depth depth) {
            return List.of(
                    new FixedStep(id + " 1, " + depth, out -> out.accept(moved("control", 4))),
                    new FixedStep(id + " 2, " + depth, measure));
        }
    }

    private record FixedStep(String title, Consumer<Consumer<Measurement>> measure) implements Experiment.Step {
        @Override
        public double seconds() {
            return 1;
        }

        @Override
        public void run(Path directory, Consumer<Measurement> out) {
            measure.accept(out);
        }
    }

    @Test
    void run_badUsage_exits2_andSaysWhy() throws IOException {
        assertEquals(2, execute(Main.commandLine(), "run", "--bogus"));
        assertEquals(2, execute(Main.commandLine(), "run", "--quick", "--full"));
        assertTrue(err.toString().contains("--quick and --full exclude each other"), err.toString());
        assertEquals(2, execute(Main.commandLine(), "run", "--only", "nothing", "--out", folder));
        assertTrue(err.toString().contains("--only=nothing, known="), err.toString());
        Path file = Files.writeString(folder.resolve("file"), "");
        assertEquals(2, execute(Main.commandLine(), "run", "--out", file.resolve("sub")));
        assertTrue(err.toString().contains("it cannot be made"), err.toString());
        assertEquals(2, execute(Main.commandLine(), "run", "--trace", folder.resolve("missing")));
        Path prose = Files.writeString(folder.resolve("prose"), "no trace at all\n");
        assertEquals(2, execute(Main.commandLine(), "run", "--trace", prose));
        assertTrue(err.toString().contains("this is not a trace"), err.toString());
    }

    @Test
    void run_traceOfAnotherKernel_isWhatIsMoved() throws IOException {
        List<AffinityMoves> moved = new ArrayList<>();
        CommandLine line = new CommandLine(new RunCommand(moves -> {
            moved.add(moves);
            return List.of();
        }));
        Path trace = Path.of("src/test/resources/org/untorn/benchmarks/trace/cpus4/00-full.trace.gz");
        assertEquals(0, execute(line, "--trace", trace, "--out", folder), err::toString);
        assertTrue(moved.get(0).size() > 0
                && moved.get(0).size() != AffinityMoves.bundled().size());
    }

    @Test
    void run_libraryLostNothing_exits0_andLeavesADirectory() throws IOException {
        Path directory = folder.resolve("a/run");
        assertEquals(0, runMadeUp(out -> out.accept(moved("", 0)), "--out", directory), err::toString);
        assertTrue(Files.readString(directory.resolve(RunCommand.PAGE)).contains("mover"));
        assertTrue(out.toString().contains(directory.resolve(RunCommand.PAGE).toString()), out.toString());
        Results results = Results.load(directory);
        assertTrue(results.isComplete());
        assertEquals(2, results.measurements().size());
        assertEquals(Map.of("fixed", "It is what it is."), results.hypotheses());
        assertTrue(
                results.conditions().command().startsWith("--out "),
                results.conditions().command());
        assertEquals("quick", results.conditions().depth());
        assertEquals(Seed.VALUE, results.conditions().seed());
        assertTrue(results.conditions().busy() <= 1);
        assertEquals(2, runMadeUp(out -> {}, "--out", directory), "there is a run in it already");
    }

    @Test
    void run_libraryLost_exits1() {
        assertEquals(1, runMadeUp(out -> out.accept(moved("", 1)), "--out", folder));
        assertTrue(out.toString().contains("The library lost raises: mover lost 1"), out.toString());
    }

    @Test
    void run_stepFails_keepsTheOthers_andExits1() throws IOException {
        Consumer<Consumer<Measurement>> fails = out -> {
            throw new IllegalStateException("wrapped", new IllegalStateException("no such luck"));
        };
        assertEquals(1, runMadeUp(fails, "--out", folder));
        assertTrue(err.toString().contains("not measured: fixed 2, QUICK"), err.toString());
        Results results = Results.load(folder);
        assertEquals(1, results.measurements().size());
        assertEquals(List.of("fixed 2, QUICK: java.lang.IllegalStateException: no such luck"), results.failures());
    }

    /** As a process that dies leaves it: what comes after the step is not reached. */
    @Test
    void run_brokenOff_keepsWhatItMeasured() throws IOException {
        Consumer<Consumer<Measurement>> dies = out -> {
            throw new StackOverflowError("dead");
        };
        try {
            runMadeUp(dies, "--out", folder);
        } catch (StackOverflowError expected) {
            assertEquals("dead", expected.getMessage());
        }
        Results results = Results.load(folder);
        assertFalse(results.isComplete());
        assertEquals(1, results.measurements().size());
    }

    @Test
    void report_rebuildsThePage_andLaysRunsSideBySide() throws IOException {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        runMadeUp(out -> out.accept(moved("", 0)), "--out", one);
        runMadeUp(out -> out.accept(moved("", 7)), "--full", "--out", two);
        String page = Files.readString(one.resolve(RunCommand.PAGE));
        Files.delete(one.resolve(RunCommand.PAGE));
        assertEquals(0, execute(Main.commandLine(), "report", one), err::toString);
        assertEquals(page, Files.readString(one.resolve(RunCommand.PAGE)));
        Path both = folder.resolve("both.html");
        assertEquals(1, execute(Main.commandLine(), "report", one, two, "--out", both), "two has lost");
        assertTrue(
                Files.readString(both).contains("A: ") && Files.readString(both).contains("B: "));
    }

    @Test
    void report_badUsageOrFile_exits2() {
        assertEquals(2, execute(Main.commandLine(), "report"));
        assertEquals(2, execute(Main.commandLine(), "report", folder.resolve("missing")));
        assertTrue(err.toString().contains("there is no readable results.json in it."), err.toString());
        assertEquals(2, execute(Main.commandLine(), "report", folder, "--readme", "README.md", "--out", "x"));
    }
}
