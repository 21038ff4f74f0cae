// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import java.util.function.IntConsumer;

/** A source of signals: what stands in the queues and tables of the rivals. */
class Source {
    final int index;
    final Runnable handler;

    Source(int index, IntConsumer handler) {
        this.index = index;
        this.handler = () -> handler.accept(index);
    }

    static Source[] of(int sources, IntConsumer handler) {
        Source[] all = new Source[sources];
        for (int i = 0; i < sources; i++) {
            all[i] = new Source(i, handler);
        }
        return all;
    }
}
