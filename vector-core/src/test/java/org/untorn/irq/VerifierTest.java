// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.untorn.matrix.CpuMask;
import org.untorn.matrix.VectorMatrix;
import org.untorn.msi.MsiMessage;
import org.untorn.msi.PairedRegister;

/** Each thing that {@link VectorDomain#verify} looks at is broken by hand, and named. The storms rely on it. */
class VerifierTest {
    private final VectorDomain domain = VectorDomain.ofCpus(2);
    private final Cpu cpu0 = domain.cpu(0);
    private final Cpu cpu1 = domain.cpu(1);
    private final Irq irq =
            domain.irq(source -> {}).name("a").affinity(CpuMask.of(0)).open().orElseThrow();

    @BeforeEach
    void nothingIsFound() {
        assertEquals(32, irq.target().vector());
        assertEquals(List.of(), domain.verify());
    }

    @Test
    void register_namesAnotherPlace_isFound() {
        ((PairedRegister) irq.register).write(MsiMessage.of(1, 32));
        found("CPU 0 vector 32 holds " + irq + ", whose register names another place");
    }

    @Test
    void slot_withoutAnAllocatedVector_isFound() {
        cpu1.install(40, irq);
        found("CPU 1 vector 40: table says " + irq + ", matrix says allocated=false");
        found("CPU 1: table holds 1, matrix counts 0");
        found(irq + ": in 2 tables");
    }

    @Test
    void vector_allocatedWithoutASlot_isFound() {
        int vector = VectorMatrix.vectorOf(domain.matrix().allocate(CpuMask.of(1), false));
        found("CPU 1 vector " + vector + ": table says null, matrix says allocated=true");
        found("CPU 1: table holds 0, matrix counts 1");
    }

    @Test
    void matrix_andCpuDisagreeWhoIsOnline_isFound() {
        domain.matrix().offline(1);
        found("CPU 1: online=true, matrix says false");
    }

    @Test
    void offlineCpu_withAnInterrupt_isFound() {
        assertEquals(OfflineResult.Status.DONE, cpu1.offline().status());
        cpu1.install(32, irq);
        found("CPU 1: offline, with 1 interrupts");
    }

    @Test
    void vector_notReleased_isFound() {
        assertTrue(cpu0.claim());
        assertEquals(MoveResult.MOVED, irq.setAffinity(CpuMask.of(1)));
        found("CPU 0: vectors not released {32}");
        cpu0.poll();
        assertEquals(List.of(), domain.verify());
    }

    @Test
    void control_orState_leftBehind_isFound() {
        irq.getAndBitwiseOrControl(Mover.MOVING);
        found(irq + ": control=0x");
        irq.getAndBitwiseAndControl(~Mover.MOVING);
        assertTrue(irq.compareAndSetState(0, 1));
        found(", state=1");
    }

    @Test
    void held_thoughNotMasked_isFound() {
        irq.getAndBitwiseOrControl(Mover.HELD);
        found(irq + ": held though not masked");
    }

    @Test
    void shutDownList_ofOneThatRuns_isFound() {
        domain.addShutDown(irq);
        found(irq + ": waits for a CPU, control=0x");
    }

    private void found(String finding) {
        List<String> findings = domain.verify();
        assertTrue(findings.stream().anyMatch(line -> line.contains(finding)), findings::toString);
    }
}
