// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.untorn.msi.MessageRegister;

/**
 * What a domain has counted, or, {@linkplain #since from one snapshot to the next}, counted in between: how busy each CPU
 * is and how often each interrupt runs, to see and to balance by. A plain value; nothing in it changes.
 *
 * @param nanos when it was taken, by {@link System#nanoTime()}, or the time in between, nanoseconds
 * @param cpus every CPU, ascending
 * @param irqs every interrupt that is open and has a place, by CPU and vector; one in the middle of a move may be missing
 */
public record DomainSnapshot(long nanos, List<CpuCounts> cpus, List<IrqCounts> irqs) {
    /**
     * One CPU.
     *
     * @param cpu its index
     * @param online whether it was online
     * @param owner the name of the thread that owned it, or null
     * @param interrupts how many were on it
     * @param asleepNanos how long its owners slept, nanoseconds; the rest of the time is its load
     * @param runs handlers run there
     * @param handedOff found running elsewhere
     * @param held found masked
     * @param strays pending without an interrupt
     * @param forwarded found pending when their vector was released
     */
    public record CpuCounts(
            int cpu,
            boolean online,
            String owner,
            int interrupts,
            long asleepNanos,
            long runs,
            long handedOff,
            long held,
            long strays,
            long forwarded) {}

    /**
     * One interrupt.
     *
     * @param irq the interrupt itself, to act on; what follows is what it said of itself
     * @param name its name
     * @param cpu the CPU it was on
     * @param vector its vector there
     * @param protocol how it is moved
     * @param masked whether it was masked
     * @param managed whether it is managed
     * @param runs runs of its handler
     * @param moves moves to another CPU
     * @param retriggered moves that retriggered it
     * @param busy moves refused as {@link MoveResult#BUSY}
     */
    public record IrqCounts(
            Irq irq,
            String name,
            int cpu,
            int vector,
            String protocol,
            boolean masked,
            boolean managed,
            long runs,
            long moves,
            long retriggered,
            long busy) {}

    /**
     * Makes one.
     *
     * @param nanos when it was taken, or the time in between, nanoseconds
     * @param cpus every CPU; copied
     * @param irqs interrupts; copied
     */
    public DomainSnapshot {
        cpus = List.copyOf(cpus);
        irqs = List.copyOf(irqs);
    }

    static DomainSnapshot of(VectorDomain domain) {
        List<CpuCounts> cpus = new ArrayList<>();
        List<IrqCounts> irqs = new ArrayList<>();
        Set<Irq> seen = new HashSet<>(); // one that moves ahead of this loop would be met again
        for (int index = 0; index < domain.cpus(); index++) {
            Cpu cpu = domain.cpu(index);
            int before = irqs.size();
            for (int vector = 0; vector < VectorDomain.VECTORS; vector++) {
                Irq irq = cpu.slot(vector);
                long reading = irq == null ? 0L : irq.register.read();
                if (MessageRegister.vector(reading) == vector
                        && irq != null
                        && MessageRegister.destination(reading) == index
                        && seen.add(irq)) {
                    irqs.add(of(irq, index, vector));
                }
            }
            Thread owner = cpu.owner();
            cpus.add(new CpuCounts(
                    index,
                    cpu.isOnline(),
                    owner == null ? null : owner.getName(),
                    irqs.size() - before,
                    cpu.asleepNanos(),
                    cpu.runs(),
                    cpu.handedOff(),
                    cpu.held(),
                    cpu.strays(),
                    cpu.forwarded()));
        }
        return new DomainSnapshot(System.nanoTime(), cpus, irqs);
    }

    private static IrqCounts of(Irq irq, int cpu, int vector) {
        return new IrqCounts(
                irq,
                irq.name(),
                cpu,
                vector,
                irq.migration.title(),
                irq.isMasked(),
                irq.isManaged(),
                irq.runs(),
                irq.moves(),
                irq.retriggered(),
                irq.busy());
    }

    /**
     * What was counted since an earlier snapshot of the same domain. Where things are is as in this one; an interrupt that
     * the earlier one does not have is left out: it was opened since, or was on its way then.
     *
     * @param earlier must not be null
     * @return the differences, and the time in between
     * @throws IllegalArgumentException if the earlier one has another number of CPUs
     */
    public DomainSnapshot since(DomainSnapshot earlier) {
        if (earlier.cpus.size() != cpus.size()) {
            throw new IllegalArgumentException("cpus=" + earlier.cpus.size() + ", expected=" + cpus.size());
        }
        List<CpuCounts> cpusSince = new ArrayList<>();
        for (CpuCounts now : cpus) {
            CpuCounts then = earlier.cpus.get(now.cpu);
            cpusSince.add(new CpuCounts(
                    now.cpu,
                    now.online,
                    now.owner,
                    now.interrupts,
                    now.asleepNanos - then.asleepNanos,
                    now.runs - then.runs,
                    now.handedOff - then.handedOff,
                    now.held - then.held,
                    now.strays - then.strays,
                    now.forwarded - then.forwarded));
        }
        Map<Irq, IrqCounts> before = new HashMap<>();
        earlier.irqs.forEach(each -> before.put(each.irq, each));
        List<IrqCounts> irqsSince = new ArrayList<>();
        for (IrqCounts now : irqs) {
            IrqCounts then = before.get(now.irq);
            if (then != null) {
                irqsSince.add(new IrqCounts(
                        now.irq,
                        now.name,
                        now.cpu,
                        now.vector,
                        now.protocol,
                        now.masked,
                        now.managed,
                        now.runs - then.runs,
                        now.moves - then.moves,
                        now.retriggered - then.retriggered,
                        now.busy - then.busy));
            }
        }
        return new DomainSnapshot(nanos - earlier.nanos, cpusSince, irqsSince);
    }

    /**
     * A line an interrupt, then a line a counter with a column a CPU, as {@code /proc/interrupts} has them.
     *
     * @return its lines
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("           runs      moves   CPU vector\n");
        for (int i = 0; i < irqs.size(); i++) {
            IrqCounts each = irqs.get(i);
            text.append(String.format(
                    Locale.ROOT,
                    "%3d: %10d %10d %5d %6d  %-15s  %s%s%s\n",
                    i,
                    each.runs,
                    each.moves,
                    each.cpu,
                    each.vector,
                    each.protocol,
                    each.name,
                    each.managed ? ", managed" : "",
                    each.masked ? ", masked" : ""));
        }
        text.append("    ");
        cpus.forEach(cpu -> text.append(String.format(Locale.ROOT, " %10s", "CPU" + cpu.cpu)));
        text.append('\n');
        line(text, "RUN", "handler runs", cpus.stream().map(CpuCounts::runs).toList());
        line(
                text,
                "HND",
                "handed off: running elsewhere",
                cpus.stream().map(CpuCounts::handedOff).toList());
        line(text, "HLD", "held: masked", cpus.stream().map(CpuCounts::held).toList());
        line(
                text,
                "FWD",
                "forwarded: found at a vector that was left",
                cpus.stream().map(CpuCounts::forwarded).toList());
        line(text, "STR", "strays", cpus.stream().map(CpuCounts::strays).toList());
        return text.toString();
    }

    private static void line(StringBuilder text, String label, String meaning, List<Long> values) {
        text.append(label).append(':');
        values.forEach(value -> text.append(String.format(Locale.ROOT, " %10d", value)));
        text.append("  ").append(meaning).append('\n');
    }
}
