// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.untorn.matrix.CpuMask;

/** Another thread: one that owns nothing, so that what it asks for is left to the owner. */
final class Elsewhere {
    private Elsewhere() {}

    static <T> T call(Callable<T> operation) throws Exception {
        FutureTask<T> task = new FutureTask<>(operation);
        new Thread(task, "elsewhere").start();
        return task.get();
    }

    /** Moves an interrupt so that its old vector waits for the owner. */
    static MoveResult move(Irq irq, CpuMask mask) throws Exception {
        return call(() -> irq.setAffinity(mask));
    }
}
