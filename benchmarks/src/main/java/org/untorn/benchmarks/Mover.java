// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks;

import org.untorn.irq.ClosedLoop;
import org.untorn.irq.Controls;
import org.untorn.irq.MigrationPolicy;
import org.untorn.irq.Protocol;
import org.untorn.irq.VectorDomain;
import org.untorn.msi.RemappingTable;

/** The ways to move an interrupt: the library's protocols, and the controls that lose. */
public enum Mover implements ClosedLoop.Protocols {
    STAMPED("stamped", false, builder -> builder.protocol(Protocol.STAMPED)),
    THREE_STEP("three-step", false, builder -> builder.protocol(Protocol.THREE_STEP)),
    THREE_STEP_ALWAYS("three-step, always", false, builder -> builder.protocol(Protocol.THREE_STEP_ALWAYS)),
    MASKED("masked", false, builder -> builder.protocol(Protocol.MASKED)),
    REMAPPED("remapped", false, builder -> builder.remapped(Shared.TABLE)),
    LINUX("Linux' policy, no mask bits", false, builder -> builder.policy(MigrationPolicy.LINUX, false)),
    LINUX_6_1("the same as in 6.1, inverted", true, builder -> builder.policy(MigrationPolicy.LINUX_6_1, false)),
    THREE_STEP_HARDWARE("three-step as on hardware", true, Controls.THREE_STEP_HARDWARE::on),
    TORN("torn", true, Controls.TORN::on);

    private final String title;
    private final boolean control;
    private final ClosedLoop.Protocols protocol;

    Mover(String title, boolean control, ClosedLoop.Protocols protocol) {
        this.title = title;
        this.control = control;
        this.protocol = protocol;
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
        return protocol.apply(builder);
    }

    /** Its own class, since the constants above come before any field. */
    private static final class Shared {
        static final RemappingTable TABLE = new RemappingTable(RemappingTable.MAX_SIZE);
    }
}
