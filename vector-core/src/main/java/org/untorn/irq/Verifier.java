// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.untorn.matrix.VectorMatrix;
import org.untorn.msi.MessageRegister;

/** Compares what a domain's parts say of each other while nothing happens. */
final class Verifier {
    private final VectorDomain domain;
    private final List<String> findings = new ArrayList<>();
    private final Map<Irq, Integer> places = new HashMap<>();

    Verifier(VectorDomain domain) {
        this.domain = domain;
    }

    List<String> verify() {
        for (int cpu = 0; cpu < domain.cpus(); cpu++) {
            checkTable(domain.cpu(cpu));
        }
        places.forEach(this::checkIrq);
        for (Irq irq : domain.shutDown()) {
            if (!irq.isShutDown() || domain.hasOnlineCpu(irq.affinity())) {
                findings.add(irq + ": waits for a CPU, control=0x" + Integer.toHexString(irq.control()));
            }
        }
        if (domain.counts() != null) {
            checkLaw();
        }
        return findings;
    }

    /** The table against the matrix; nothing pending, nothing asked for. */
    private void checkTable(Cpu cpu) {
        VectorMatrix matrix = domain.matrix();
        int installed = 0;
        for (int vector = 0; vector < VectorDomain.VECTORS; vector++) {
            Irq irq = cpu.slot(vector);
            if (irq != null) {
                installed++;
                places.merge(irq, 1, Integer::sum);
                long reading = irq.register.read();
                if (MessageRegister.vector(reading) != vector || MessageRegister.destination(reading) != cpu.index()) {
                    findings.add(cpu + " vector " + vector + " holds " + irq + ", whose register names another place");
                }
            }
            if (irq != null != matrix.isAllocated(cpu.index(), vector)) {
                findings.add(cpu + " vector " + vector + ": table says " + irq + ", matrix says allocated="
                        + matrix.isAllocated(cpu.index(), vector));
            }
        }
        if (installed != matrix.allocated(cpu.index())) {
            findings.add(cpu + ": table holds " + installed + ", matrix counts " + matrix.allocated(cpu.index()));
        }
        if (installed != 0 && !cpu.isOnline()) {
            findings.add(cpu + ": offline, with " + installed + " interrupts");
        }
        if (!cpu.pending().isEmpty()) {
            findings.add(cpu + ": pending " + cpu.pending());
        }
        if (!cpu.leaving().isEmpty()) {
            findings.add(cpu + ": vectors not released " + cpu.leaving());
        }
        if (cpu.isOnline() != matrix.isOnline(cpu.index())) {
            findings.add(cpu + ": online=" + cpu.isOnline() + ", matrix says " + matrix.isOnline(cpu.index()));
        }
        if (cpu.taken() != cpu.runs() + cpu.handedOff() + cpu.held() + cpu.strays() + cpu.forwarded()) {
            findings.add(cpu + ": taken=" + cpu.taken() + ", runs=" + cpu.runs() + ", handedOff=" + cpu.handedOff()
                    + ", held=" + cpu.held() + ", strays=" + cpu.strays() + ", forwarded=" + cpu.forwarded());
        }
    }

    private void checkIrq(Irq irq, int count) {
        if (count != 1) {
            findings.add(irq + ": in " + count + " tables");
        }
        int busy = irq.control() & ~(Mover.MASKED | Mover.HELD | Mover.GIVES_BACK);
        if (busy != 0 || irq.state() != 0) {
            findings.add(irq + ": control=0x" + Integer.toHexString(irq.control()) + ", state=" + irq.state());
        }
        if ((irq.control() & (Mover.MASKED | Mover.HELD)) == Mover.HELD) {
            findings.add(irq + ": held though not masked");
        }
    }

    /** Conservation: every bit that was asked for was found set, taken, claimed by a move, or is pending. */
    private void checkLaw() {
        long[] sums = new long[Cause.COUNT];
        for (long[] counts : domain.counts()) {
            for (int cause = 0; cause < Cause.COUNT; cause++) {
                sums[cause] += counts[Cause.STRIDE + cause];
            }
        }
        long asked = 0;
        for (int cause = Cause.RAISED; cause <= Cause.REPEATED; cause++) {
            asked += sums[cause];
        }
        long found = sums[Cause.COALESCED];
        long taken = sums[Cause.CLAIMED];
        long pending = 0;
        for (int cpu = 0; cpu < domain.cpus(); cpu++) {
            found += domain.cpu(cpu).merged();
            taken += domain.cpu(cpu).taken();
            for (int vector = 0; vector < VectorDomain.VECTORS; vector++) {
                pending += domain.pending()[cpu].test(vector) ? 1 : 0;
            }
        }
        if (asked != found + taken + pending) {
            findings.add(
                    "bits asked for " + asked + " (raised, retriggered, forwarded, handed off, replayed, repeated: "
                            + Arrays.toString(sums) + ") != found set " + found + " + taken " + taken + " + pending "
                            + pending);
        }
    }
}
