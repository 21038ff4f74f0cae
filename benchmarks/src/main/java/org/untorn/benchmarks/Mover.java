// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import org.untorn.irq.ClosedLoop;
import org.untorn.irq.Controls;
import org.untorn.irq.Protocol;
import org.untorn.irq.VectorDomain;
import org.untorn.msi.RemappingTable;

/** The ways to move an interrupt: the library's protocols, and the controls that lose. */
public enum Mover implements ClosedLoop.Protocols {
    STAMPED("stamped", false),
    THREE_STEP("three-step", false),
    THREE_STEP_ALWAYS("three-step, always", false),
    MASKED("masked", false),
    REMAPPED("remapped", false),
    THREE_STEP_HARDWARE("three-step as on hardware", true),
    TORN("torn", true);

    private static final RemappingTable TABLE = new RemappingTable(RemappingTable.MAX_SIZE);

    private final String title;
    private final boolean control;

    Mover(String title, boolean control) {
        this.title = title;
        this.control = control;
    }

    public String title() {
        return title;
    }

    /** Whether it is a negative control, expected to lose. */
    public boolean isControl() {
        return control;
    }

    @Override
    public VectorDomain.IrqBuilder apply(VectorDomain.IrqBuilder builder) {
        if (this == REMAPPED) {
            return builder.remapped(TABLE);
        }
        return control ? Controls.valueOf(name()).on(builder) : builder.protocol(Protocol.valueOf(name()));
    }
}
