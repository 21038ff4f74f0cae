// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.function.Consumer;
import org.untorn.matrix.CpuMask;

/** A move that is to be made as soon as the one before it is over. */
record Wish(CpuMask mask, Consumer<? super MoveResult> whenDone) {
    void done(Irq irq, MoveResult result) {
        if (whenDone != null) {
            irq.domain.tell(irq, () -> whenDone.accept(result));
        }
    }
}
