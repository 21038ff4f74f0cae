// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.StateCase;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import picocli.CommandLine;

class GateTest {
    private final Gate gate = new Gate();
    private final TestInfo control = new TestInfo("p.T.Weakened", "p.T$Weakened", "", "", 2, List.of("a", "b"), false);

    GateTest() {
        control.addCase(new StateCase(Pattern.compile("1"), Expect.ACCEPTABLE, "fine"));
        control.addCase(new StateCase(Pattern.compile("0"), Expect.ACCEPTABLE_INTERESTING, "lost, must be seen"));
        control.addCase(new StateCase(Pattern.compile(""), Expect.FORBIDDEN, "no other outcome"));
    }

    private List<String> findings() {
        gate.judge(control, new PrintWriter(new StringWriter()));
        return gate.findings();
    }

    @Test
    void judge_seen_isFine() {
        gate.add("p.T.Weakened", Status.NORMAL, Map.of("1", 100L));
        gate.add("p.T.Weakened", Status.NORMAL, Map.of("1", 100L, "0", 1L));
        assertEquals(List.of(), findings());
    }

    @Test
    void judge_notSeen_isAFinding() {
        gate.add("p.T.Weakened", Status.NORMAL, Map.of("1", 100L));
        assertEquals(List.of("not seen to fail: p.T.Weakened"), findings());
    }

    @Test
    void judge_outcomeThatIsNotListed_isForbidden() {
        gate.add("p.T.Weakened", Status.NORMAL, Map.of("0", 1L, "2", 3L));
        assertTrue(
                findings().get(0).startsWith("forbidden: p.T.Weakened [2] 3 times"),
                findings().toString());
    }

    @Test
    void judge_notRun_isAFinding() {
        assertEquals(List.of("did not run: p.T.Weakened"), findings());
    }

    @Test
    void judge_error_isAFinding() {
        gate.add("p.T.Weakened", Status.TEST_ERROR, Map.of("0", 1L));
        assertEquals(List.of("did not run well: p.T.Weakened: TEST_ERROR"), findings());
    }

    @Test
    void commandLine_exitCodes(@TempDir Path empty) {
        CommandLine commands = Main.commandLine();
        commands.setOut(new PrintWriter(new StringWriter()));
        commands.setErr(new PrintWriter(new StringWriter()));
        assertEquals(1, commands.execute("gate", empty.toString()), "nothing ran");
        assertEquals(2, commands.execute("gate", empty.resolve("missing").toString()));
        assertEquals(2, commands.execute("gate", "-t", "NoSuchTest", empty.toString()));
        assertEquals(2, commands.execute("gate"));
        assertEquals(2, commands.execute("tear", "--millis", "0"));
        assertEquals(2, commands.execute("nonsense"));
        assertEquals(0, commands.execute("tear", "--millis", "1"));
    }
}
