// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells of each move of an MSI interrupt how its message was written.
 *
 * <p>A device that is not masked can raise between the write of the address and that of the data. A direct write that
 * changes both then sends the old vector to the new CPU, where it means another interrupt or nothing: such a move is
 * <i>exposed</i>. The two-step form changes one of them at a time.
 */
public final class Audit {
    private static final class Counts {
        int maskable;
        int unmaskable;
    }

    private final Replay replay; // null: whose vector it was is not asked
    private final MsiCall[] calls = new MsiCall[TraceReader.MAX_CPUS];
    private final Map<Integer, MsiMessage> last = new HashMap<>();
    private final Map<MsiCall.Kind, Counts> kinds = new EnumMap<>(MsiCall.Kind.class);
    private final Map<Integer, Integer> exposed = new TreeMap<>();
    private int checks;
    private int pending;
    private int retriggers;
    private int retriggersOutside;
    private int certain;
    private int possible;

    /**
     * An audit of one log.
     *
     * @param replay a replay of the same log, given each event before this; null to leave out whose vector it was
     */
    public Audit(Replay replay) {
        this.replay = replay;
        for (MsiCall.Kind kind : MsiCall.Kind.values()) {
            kinds.put(kind, new Counts());
        }
    }

    /**
     * Looks at one event; those that do not concern messages are ignored.
     *
     * @param event the next one of the log
     * @throws UnusableTraceException if it lacks a field
     */
    public void accept(TraceEvent event) throws UnusableTraceException {
        int cpu = event.cpu();
        switch (event.name()) {
            case "k_msi_setaff" -> calls[cpu] = begin(event);
            case "k_msiwrite" -> write(event, calls[cpu]);
            case "k_irrchk" -> check(event, calls[cpu]);
            case "k_retrig" -> retrigger(event, calls[cpu]);
            case "k_msi_setaff_ret" -> {
                end(event, calls[cpu]);
                calls[cpu] = null;
            }
            default -> {
                // no matter of messages
            }
        }
    }

    private MsiCall begin(TraceEvent event) throws UnusableTraceException {
        int irq = event.number("irq");
        return new MsiCall(irq, event.number("state"), last.get(irq));
    }

    private void write(TraceEvent event, MsiCall call) throws UnusableTraceException {
        int irq = event.number("irq");
        MsiMessage message = MsiMessage.of(event);
        last.put(irq, message);
        if (call != null && call.irq() == irq) {
            call.write(message);
        }
    }

    private void check(TraceEvent event, MsiCall call) throws UnusableTraceException {
        int vector = event.number("vector");
        if (vector < 0 || vector >= Vectors.COUNT) {
            throw new UnusableTraceException(
                    "line " + event.line() + ": k_irrchk tells of vector " + vector + ", limit=" + Vectors.COUNT
                            + ". Its offset belongs to another build of the kernel: leave this probe out.");
        }
        checks++;
        pending += event.number("irr") >>> vector % Integer.SIZE & 1;
        if (call != null) {
            call.look(isTaken(event.cpu(), vector));
        }
    }

    private void retrigger(TraceEvent event, MsiCall call) throws UnusableTraceException {
        if (call == null || call.irq() != event.number("irq")) {
            retriggersOutside++; // by fixup_irqs on a CPU that goes offline, or a resend
            return;
        }
        retriggers++;
        if (call.last() != null) { // where k_irrchk was not recorded, this is the next best moment
            call.look(isTaken(event.cpu(), call.last().vector()));
        }
        if (call.isShared() && call.isMaskable()) {
            certain++;
        } else if (call.isShared()) {
            possible++;
        }
    }

    private boolean isTaken(int cpu, int vector) {
        return replay != null && replay.isAllocated(cpu, vector);
    }

    private void end(TraceEvent event, MsiCall call) throws UnusableTraceException {
        if (call == null) {
            return; // the log begins within the call
        }
        MsiCall.Kind kind = call.kind(event.number("ret"));
        Counts counts = kinds.get(kind);
        if (call.isMaskable()) {
            counts.maskable++;
        } else {
            counts.unmaskable++;
            if (kind == MsiCall.Kind.DIRECT) {
                exposed.merge(call.irq(), 1, Integer::sum);
            }
        }
    }

    /**
     * Ends the audit.
     *
     * @throws UnusableTraceException if the log lacks the probes
     */
    public void finish() throws UnusableTraceException {
        if (kinds.values().stream().allMatch(counts -> counts.maskable + counts.unmaskable == 0)) {
            throw missing(
                    "k_msi_setaff and k_msi_setaff_ret",
                    "p:k_msi_setaff msi_set_affinity irq=+4(%di):u32"
                            + " mask=+0(%si):x64 state=+0(+16(%di)):x32' and 'r10:k_msi_setaff_ret msi_set_affinity"
                            + " ret=$retval:s32");
        }
        if (last.isEmpty()) {
            throw missing(
                    "k_msiwrite",
                    "p:k_msiwrite __pci_write_msi_msg irq=... addr_lo=+0(%si):x32"
                            + " addr_hi=+4(%si):x32 data=+8(%si):x32");
        }
    }

    private static UnusableTraceException missing(String probes, String lines) {
        return new UnusableTraceException("the log has no event of the kprobes " + probes + ". Add '" + lines
                + "' to /sys/kernel/tracing/kprobe_events and move an interrupt that fires; " + Recording.SEE);
    }

    /** Moves in the two-step form. */
    public int twoStep() {
        return total(MsiCall.Kind.TWO_STEP);
    }

    /** Moves in one write that changes CPU and vector. */
    public int direct() {
        return total(MsiCall.Kind.DIRECT);
    }

    /** Direct moves of interrupts that cannot be masked. */
    public int exposed() {
        return kinds.get(MsiCall.Kind.DIRECT).unmaskable;
    }

    int total(MsiCall.Kind kind) {
        Counts counts = kinds.get(kind);
        return counts.maskable + counts.unmaskable;
    }

    /** Exposed moves by interrupt number. */
    Map<Integer, Integer> exposedByIrq() {
        return Map.copyOf(exposed);
    }

    /**
     * Prints the tables.
     *
     * @param out where to
     */
    public void print(PrintWriter out) {
        out.printf("%-50s %9s %9s %9s%n", "how the message was written", "maskable", "not", "all");
        kinds.forEach((kind, counts) -> {
            if (total(kind) > 0 || kind == MsiCall.Kind.TWO_STEP || kind == MsiCall.Kind.DIRECT) {
                out.printf("%-50s %9d %9d %9d%n", kind.text, counts.maskable, counts.unmaskable, total(kind));
            }
        });
        exposed.forEach((irq, count) -> out.printf("exposed: interrupt %d, %d times%n", irq, count));
        out.printf("checks for a pending new vector on the old CPU: %d, pending: %d%n", checks, pending);
        out.printf("retriggers: %d in a move, %d outside%n", retriggers, retriggersOutside);
        out.printf(
                "caused by another interrupt's vector: %s%n",
                replay == null
                        ? "not known without the boot part"
                        : certain + " certain (the device was masked), " + possible + " possible");
    }

    int checks() {
        return checks;
    }

    int pending() {
        return pending;
    }

    int retriggers() {
        return retriggers;
    }

    int retriggersOutside() {
        return retriggersOutside;
    }

    int certain() {
        return certain;
    }

    int possible() {
        return possible;
    }
}
