// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.untorn.matrix.VectorMatrix;

/**
 * Does to a {@link VectorMatrix} what a kernel did to its own, and compares each decision and each counter.
 *
 * <p>The kernel works under one lock with interrupts off, so an operation is done where its probe says that it begins,
 * and compared where its event, or for want of one its return, says how it ended. The two belong together by the CPU
 * that wrote them. A CPU that goes offline writes no events from {@code k_fixup} on, only probes.
 *
 * <p>After a difference the matrix keeps what it decided itself: the first difference is the one to look at.
 */
public final class Replay {
    private static final int NONE = Integer.MIN_VALUE;

    /** What one CPU has begun, told by a probe, and not yet ended. */
    private static final class Column {
        String allocation = ""; // its kind
        int slot = NONE; // what that allocation chose here, or its error
        int unconfirmed = NONE; // a slot whose CPU the log has not named yet
        int freed = NONE; // the vector of a k_free
        int freedCpu;
        long reserving; // CPUs of a managed reservation that are still to come
        long removing;
    }

    private final VectorMatrix.Accounting accounting;
    private final List<DumpWatch> dumps;
    private final Tally tally = new Tally();
    private final Boot boot = new Boot();
    private final Column[] columns = new Column[TraceReader.MAX_CPUS];
    private VectorMatrix matrix; // null until the first CPU is online
    private int end;
    private boolean probed;
    private boolean offlineProbed;

    /**
     * A replay of one log.
     *
     * @param dumps memory dumps to compare
     */
    public Replay(List<MatrixDump> dumps) {
        this(dumps, VectorMatrix.Accounting.KERNEL);
    }

    Replay(List<MatrixDump> dumps, VectorMatrix.Accounting accounting) {
        this.dumps = dumps.stream().map(DumpWatch::new).toList();
        this.accounting = accounting;
        Arrays.setAll(columns, cpu -> new Column());
    }

    /**
     * Replays one event; those that do not concern the matrix are ignored.
     *
     * @param event the next one of the log
     * @throws UnusableTraceException if the log lacks what a replay needs
     */
    public void accept(TraceEvent event) throws UnusableTraceException {
        try {
            dispatch(event, columns[event.cpu()]);
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            tally.differs(event.line(), event.name(), "the matrix refuses what the kernel did: " + e.getMessage());
        }
        if (matrix != null && !dumps.isEmpty()) {
            dumps.forEach(dump -> dump.look(matrix, end));
        }
    }

    private void dispatch(TraceEvent event, Column column) throws UnusableTraceException {
        switch (event.name()) {
            case "tracing_mark_write" -> dumps.forEach(dump -> dump.marker(event));
            case "irq_matrix_assign_system" -> assignSystem(event);
            case "irq_matrix_online" -> online(event);
            case "irq_matrix_assign" -> assign(event);
            case "irq_matrix_reserve" -> reserve(event, "reserve");
            case "irq_matrix_remove_reserved" -> reserve(event, "remove reserved");
            case "k_alloc" -> beginAllocation(event, column, "alloc");
            case "irq_matrix_alloc" -> allocated(event, column, "alloc");
            case "k_allocm" -> beginAllocation(event, column, "alloc managed");
            case "irq_matrix_alloc_managed" -> allocated(event, column, "alloc managed");
            case "k_alloc_ret", "k_allocm_ret", "vector_alloc", "vector_alloc_managed" -> returned(event, column);
            case "k_updvec" -> confirm(event, column);
            case "k_free" -> free(event, column);
            case "irq_matrix_free" -> freed(event, column);
            case "k_resvm" -> column.reserving = probe(event).bits("msk");
            case "irq_matrix_reserve_managed" -> reserveManaged(event, column);
            case "k_resvm_ret" -> managedReserved(event, column);
            case "k_remm" -> column.removing = probe(event).bits("msk");
            case "irq_matrix_remove_managed" -> removeManaged(event, column);
            case "k_lapic_offline" -> offline(event);
            case "k_allocated_ret", "k_avail_ret", "k_rsvd_ret", "k_canunplug_ret" -> unplugCheck(event);
            default -> {
                // no matter of the matrix
            }
        }
    }

    // ---- boot, online, offline ----

    private void assignSystem(TraceEvent event) throws UnusableTraceException {
        if (matrix == null) {
            boot.add(event);
            return;
        }
        String kind = "assign system";
        int bit = event.number("bit");
        matrix.assignSystem(bit, matrix.isAllocated(event.cpu(), bit)); // replaces what the CPU had there
        tally.event(kind);
        tally.checkGlobals(event, kind, matrix);
    }

    private void online(TraceEvent event) throws UnusableTraceException {
        if (matrix == null) {
            start(event);
        }
        boolean wentOffline = event.number("online_maps") <= matrix.onlineCpus();
        if (matrix.isOnline(event.cpu()) && wentOffline && !offlineProbed) {
            throw probed ? offlineMissing(event) : probesMissing();
        }
        String kind = "online";
        tally.event(kind);
        matrix.online(event.cpu());
        tally.checkGlobals(event, kind, matrix);
    }

    private void start(TraceEvent firstOnline) throws UnusableTraceException {
        end = boot.end(firstOnline);
        matrix = Vectors.matrix(end, accounting);
        for (TraceEvent event : boot.system()) {
            accept(event);
        }
    }

    private void offline(TraceEvent event) throws UnusableTraceException {
        offlineProbed = true;
        probe(event);
        tally.event("offline");
        matrix.offline(event.cpu());
    }

    /** The kernel refuses to take a CPU down whose vectors find no room elsewhere. */
    private void unplugCheck(TraceEvent event) throws UnusableTraceException {
        probe(event);
        int cpu = event.cpu();
        int movable = matrix.movable(cpu);
        int elsewhere = matrix.availableElsewhere(cpu);
        int ours = switch (event.name()) {
            case "k_allocated_ret" -> movable;
            case "k_avail_ret" -> elsewhere;
            case "k_rsvd_ret" -> matrix.globalReserved();
            default -> movable > elsewhere ? VectorMatrix.NO_VECTOR : 0;
        };
        tally.event("unplug check");
        tally.check(event, "unplug check", event.name(), event.number("ret"), ours);
    }

    // ---- allocate and free ----

    private void assign(TraceEvent event) throws UnusableTraceException {
        started(event);
        tally.event("assign");
        matrix.assign(event.cpu("cpu"), event.number("bit"));
        tally.check(event, "assign", "cpu", event.number("cpu"), event.cpu());
        tally.checkCounters(event, "assign", matrix, event.cpu("cpu"));
    }

    private void beginAllocation(TraceEvent event, Column column, String kind) throws UnusableTraceException {
        probe(event);
        failed(event, column);
        column.allocation = kind;
        var mask = Vectors.mask(event.bits("msk"));
        column.slot = kind.equals("alloc")
                ? matrix.allocate(mask, event.number("reserved") != 0)
                : matrix.allocateManaged(mask);
        tally.event(kind);
    }

    /** Early in boot neither an event nor a return shows that an allocation failed. */
    private void failed(TraceEvent event, Column column) {
        int slot = take(column);
        if (slot != NONE) {
            tally.compared(column.allocation, 1);
        }
        if (slot >= 0) {
            tally.differs(
                    event.line(),
                    column.allocation,
                    "the one before on CPU " + event.cpu() + " failed in the log; here it took vector "
                            + VectorMatrix.vectorOf(slot) + " of CPU " + VectorMatrix.cpuOf(slot));
        }
    }

    private void allocated(TraceEvent event, Column column, String kind) throws UnusableTraceException {
        started(event);
        if (column.slot == NONE) {
            allocateUnasked(event, column, kind);
        }
        int slot = take(column);
        tally.check(event, kind, "error", 0, Math.min(slot, 0));
        if (slot >= 0) {
            int cpu = VectorMatrix.cpuOf(slot);
            tally.check(event, kind, "cpu", event.cpu("cpu"), cpu);
            tally.check(event, kind, "bit", event.number("bit"), VectorMatrix.vectorOf(slot));
            tally.checkCounters(event, kind, matrix, cpu);
        }
    }

    /** Before the first probe the mask is not known: only the vector can be compared, not the CPU. */
    private void allocateUnasked(TraceEvent event, Column column, String kind) throws UnusableTraceException {
        var mask = Vectors.mask(1L << event.cpu("cpu"));
        boolean reserved = event.number("global_rsvd") == matrix.globalReserved() - 1;
        column.slot = kind.equals("alloc") ? matrix.allocate(mask, reserved) : matrix.allocateManaged(mask);
        tally.event(kind);
    }

    /** No event came: the allocation failed, or its CPU is going offline. */
    private void returned(TraceEvent event, Column column) throws UnusableTraceException {
        boolean failed = event.number("ret") < 0;
        if (column.slot == NONE || !failed && !event.name().endsWith("_ret")) {
            return; // the event came first
        }
        String kind = column.allocation;
        int slot = take(column);
        tally.check(event, kind, "error", Math.min(event.number("ret"), 0), Math.min(slot, 0));
        if (!failed && slot >= 0) {
            tally.check(event, kind, "bit", event.number("ret"), VectorMatrix.vectorOf(slot));
            column.unconfirmed = slot;
        }
    }

    private void confirm(TraceEvent event, Column column) throws UnusableTraceException {
        if (column.unconfirmed != NONE) {
            int slot = column.unconfirmed;
            column.unconfirmed = NONE;
            tally.check(event, column.allocation, "cpu", event.number("cpu"), VectorMatrix.cpuOf(slot));
            tally.check(event, column.allocation, "bit", event.number("vector"), VectorMatrix.vectorOf(slot));
        }
    }

    private static int take(Column column) {
        int slot = column.slot;
        column.slot = NONE;
        return slot;
    }

    private void free(TraceEvent event, Column column) throws UnusableTraceException {
        probe(event);
        column.freedCpu = event.cpu("cpu");
        column.freed = event.number("bit");
        boolean managed = event.number("managed") != 0;
        tally.event("free");
        tally.check(event, "free", "managed", managed ? 1 : 0, matrix.isManaged(column.freedCpu, column.freed) ? 1 : 0);
        matrix.free(column.freedCpu, column.freed, managed);
    }

    private void freed(TraceEvent event, Column column) throws UnusableTraceException {
        started(event);
        int bit = event.number("bit");
        int cpu = event.cpu("cpu");
        if (column.freed == NONE) { // before the first probe
            tally.event("free");
            matrix.free(cpu, bit, matrix.isManaged(cpu, bit));
        } else {
            tally.check(event, "free", "cpu", cpu, column.freedCpu);
            tally.check(event, "free", "bit", bit, column.freed);
            cpu = column.freedCpu;
            column.freed = NONE;
        }
        tally.checkCounters(event, "free", matrix, cpu);
    }

    // ---- reservations ----

    private void reserve(TraceEvent event, String kind) throws UnusableTraceException {
        started(event);
        tally.event(kind);
        if (kind.equals("reserve")) {
            matrix.reserve();
        } else {
            matrix.removeReserved();
        }
        tally.checkGlobals(event, kind, matrix);
    }

    /** One event a CPU of the mask, in ascending order, each logged right after that CPU's change. */
    private void reserveManaged(TraceEvent event, Column column) throws UnusableTraceException {
        String kind = "reserve managed";
        int cpu = nextOf(column.reserving, started(event));
        column.reserving &= ~(1L << cpu);
        tally.event(kind);
        tally.check(event, kind, "cpu", event.cpu("cpu"), cpu);
        BitSet before = managed(cpu);
        int result = matrix.reserveManaged(Vectors.mask(1L << cpu));
        tally.check(event, kind, "error", 0, Math.min(result, 0));
        checkChange(event, kind, cpu, before);
    }

    private void managedReserved(TraceEvent event, Column column) throws UnusableTraceException {
        String kind = "reserve managed";
        probe(event);
        int ours = 0;
        if (column.reserving != 0) { // the CPU it came to last had no room; the others were taken back by k_remm
            ours = matrix.reserveManaged(Vectors.mask(Long.lowestOneBit(column.reserving)));
            tally.event(kind);
        }
        column.reserving = 0;
        tally.check(event, kind, "error", event.number("ret"), Math.min(ours, 0));
    }

    private void removeManaged(TraceEvent event, Column column) throws UnusableTraceException {
        String kind = "remove managed";
        int cpu = nextOf(column.removing, started(event));
        column.removing &= ~(1L << cpu);
        tally.event(kind);
        tally.check(event, kind, "cpu", event.cpu("cpu"), cpu);
        BitSet before = managed(cpu);
        matrix.removeManaged(Vectors.mask(1L << cpu));
        checkChange(event, kind, cpu, before);
    }

    private static int nextOf(long mask, TraceEvent event) throws UnusableTraceException {
        return mask == 0 ? event.cpu("cpu") : Long.numberOfTrailingZeros(mask);
    }

    private BitSet managed(int cpu) {
        return Vectors.where(vector -> matrix.isManaged(cpu, vector));
    }

    private void checkChange(TraceEvent event, String kind, int cpu, BitSet before) throws UnusableTraceException {
        BitSet changed = managed(cpu);
        changed.xor(before);
        tally.check(event, kind, "bit", event.number("bit"), changed.nextSetBit(0));
        tally.checkCounters(event, kind, matrix, cpu);
    }

    // ---- what a log must have ----

    private TraceEvent probe(TraceEvent event) throws UnusableTraceException {
        probed = true;
        return started(event);
    }

    private TraceEvent started(TraceEvent event) throws UnusableTraceException {
        if (matrix == null) {
            throw Boot.missing(event);
        }
        return event;
    }

    private static UnusableTraceException probesMissing() {
        return new UnusableTraceException("the log has no kprobes (k_alloc, k_free and so on): the events alone do not"
                + " tell which CPUs an allocation could choose from. " + Recording.AT_BOOT);
    }

    private static UnusableTraceException offlineMissing(TraceEvent online) {
        return new UnusableTraceException("line " + online.line() + ": CPU " + online.cpu() + " comes online again, and"
                + " nothing says when it went offline, since a CPU that goes offline writes no events. Add the kprobe"
                + " 'p:k_lapic_offline lapic_offline'; " + Recording.SEE);
    }

    // ---- results ----

    /**
     * Ends the replay.
     *
     * @throws UnusableTraceException if the log lacks its boot part, all probes, or a dump's marker
     */
    public void finish() throws UnusableTraceException {
        if (matrix == null) {
            throw Boot.missing();
        }
        if (!probed) {
            throw probesMissing();
        }
        for (DumpWatch dump : dumps) {
            dump.report(tally);
        }
    }

    /** Whether a CPU's vector is given to somebody; false before the boot part. */
    boolean isAllocated(int cpu, int vector) {
        return matrix != null && matrix.isAllocated(cpu, vector);
    }

    Tally tally() {
        return tally;
    }

    /** How many matrix operations were replayed. */
    public long events() {
        return tally.events();
    }

    /** How many values were compared. */
    public long decisions() {
        return tally.decisions();
    }

    /** How many of them differed. */
    public long mismatches() {
        return tally.mismatches();
    }

    /**
     * Prints a table by kind of operation and the first mismatches.
     *
     * @param out where to
     */
    public void print(PrintWriter out) {
        out.printf("vectors %d to %d%n", Vectors.FIRST, end - 1);
        tally.print(out);
    }
}
