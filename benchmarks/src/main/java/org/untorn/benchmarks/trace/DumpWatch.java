// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.util.List;
import org.untorn.matrix.VectorMatrix;

/** Compares one dump with the matrix from its marker to the next one, and keeps the closest match. */
final class DumpWatch {
    private final MatrixDump dump;
    private boolean open;
    private long marker;
    private List<String> closest; // null until the marker was seen

    DumpWatch(MatrixDump dump) {
        this.dump = dump;
    }

    void marker(TraceEvent event) {
        open = closest == null && dump.isOf(event.text().strip());
        if (open) {
            marker = event.line();
        }
    }

    void look(VectorMatrix matrix, int end) {
        if (open) {
            List<String> now = dump.differences(matrix, end);
            if (closest == null || now.size() < closest.size()) {
                closest = now;
            }
            open = !closest.isEmpty();
        }
    }

    void report(Tally tally) throws UnusableTraceException {
        if (closest == null) {
            throw new UnusableTraceException(dump.file() + " cannot be compared: the log has no marker 'END "
                    + dump.name() + "' or 'SNAP " + dump.name() + "'. Write it to"
                    + " /sys/kernel/tracing/trace_marker just before the dump is read.");
        }
        String kind = dump.name() + ".matrix";
        tally.compared(kind, dump.size());
        closest.forEach(difference -> tally.differs(marker, kind, difference));
    }
}
