// SPDX-License-Identifier: Apache-2.0
package org.untorn.agrona;

import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;

/** A control: it parks as {@link SignalIdleStrategy} does, but tells nobody. Who raises has no reason to wake it. */
public final class UnannouncedIdleStrategy implements IdleStrategy {
    @Override
    public void idle(int workCount) {
        if (workCount <= 0) {
            idle();
        }
    }

    @Override
    public void idle() {
        LockSupport.park(this);
    }

    @Override
    public void reset() {}
}
