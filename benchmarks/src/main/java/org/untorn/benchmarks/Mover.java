// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import org.untorn.irq.ClosedLoop;
import org.untorn.irq.Controls;
import org.untorn.irq.Protocol;
import org.untorn.irq.VectorDomain;

/** The ways to move an interrupt: the library's protocols, and the controls that lose. */
public enum Mover implements ClosedLoop.Protocols {
    STAMPED("stamped", false),
    THREE_STEP("three-step", false),
    THREE_STEP_ALWAYS("three-step, always", false),
    MASKED("masked", false),
    THREE_STEP_HARDWARE("three-step as on hardware", true),
    TORN("torn", true);

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
        return control ? Controls.valueOf(name()).on(builder) : builder.protocol(Protocol.valueOf(name()));
    }
}
