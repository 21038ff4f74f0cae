// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RunCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    @Test
    void run_badUsageOrFile_exits2_andSaysWhy(@TempDir Path folder) throws Exception {
        Path prose = Files.writeString(folder.resolve("prose"), "no trace at all\n");
        assertEquals(2, run("run", "--time", "0"));
        assertTrue(err.toString().contains("--time=0, minimum=1, maximum=3600"), err.toString());
        assertEquals(2, run("run", "--trace", folder.resolve("missing").toString()));
        assertEquals(2, run("run", "--trace", prose.toString()));
        assertTrue(err.toString().contains("this is not a trace"), err.toString());
        assertEquals(2, run("run", "--bogus"));
    }

    /** One second a protocol: too short to see the controls lose, long enough for the table. */
    @Test
    void run_movesOnly_printsEachProtocol_andExits0() {
        assertEquals(0, run("run", "--time", "1", "--moves-only"), out::toString);
        for (Mover mover : Mover.values()) {
            assertTrue(out.toString().contains(mover.title()), out.toString());
        }
        assertTrue(out.toString().contains("1455 affinity moves of 16 interrupts over 4 CPUs"), out.toString());
    }
}
