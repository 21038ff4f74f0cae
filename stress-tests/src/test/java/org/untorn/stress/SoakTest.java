// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.untorn.irq.Storm;
import picocli.CommandLine;

class SoakTest {
    private final StringWriter out = new StringWriter();

    private int execute(String... args) {
        CommandLine commands = Main.commandLine();
        commands.setOut(new PrintWriter(out));
        commands.setErr(new PrintWriter(out));
        return commands.execute(args);
    }

    private long count(String name) {
        String line = out.toString()
                .lines()
                .filter(text -> text.startsWith(name + " "))
                .reduce((first, last) -> last)
                .orElseThrow(() -> new AssertionError("no " + name + " in\n" + out));
        return Long.parseLong(line.substring(name.length()).strip().replace(",", ""));
    }

    @Test
    void allProtocols_loseNothing_exit0_andEveryLineIsThere() {
        int exit = execute("soak", "--time", "2s", "--seed", "7");
        System.out.println(out);
        assertEquals(0, exit, out.toString());
        assertTrue(out.toString().startsWith("soak: seed 7, 2 s, "), out.toString());
        for (String name : List.of("raises", "handler runs", "coalesced", "moves")) {
            assertTrue(count(name) > 0, name);
        }
        assertTrue(count("offlines") >= 0 && count("spurious") >= 0 && count("stray") >= 0);
        for (String name : List.of("lost", "leaked", "overlaps")) {
            assertEquals(0, count(name));
        }
    }

    /** They lose within 10 s; with the patience of a busy machine. */
    @ParameterizedTest
    @ValueSource(strings = {"torn", "three-step-hardware"})
    void control_isSeenToLose_exit1(String protocol) {
        int exit = execute("soak", "--time", "60s", "--until-lost", "--protocol", protocol);
        System.out.println(out);
        assertEquals(1, exit, "this soak does not see a loss: " + out);
        assertTrue(count("lost") > 0, out.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--time=0", "--time=-1s", "--time=10x", "--time=", "--seed=x", "--protocol=magic", "--speed=1"})
    void badUsage_exit2(String arg) {
        assertEquals(2, execute("soak", arg), out.toString());
        assertTrue(out.toString().contains(arg.substring(0, 6)), out.toString());
    }

    @ParameterizedTest
    @CsvSource({"60s, 60", "10m, 600", "2h, 7200", "90, 90"})
    void time_inSecondsMinutesHours(String text, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), new SoakCommand.Time().convert(text));
    }

    @Test
    void everyWay_hasANameOnTheCommandLine() {
        for (Storm.Way way : Storm.Way.values()) {
            assertEquals(way, new SoakCommand.WayConverter().convert(way.toString()));
        }
    }
}
