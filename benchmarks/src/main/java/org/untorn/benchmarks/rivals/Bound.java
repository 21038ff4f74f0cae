// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Bounds a queue that is unbounded by nature, for one producer: else the faster side would measure the garbage collector.
 * The producer reads the consumer's count only when it has used up what it knew to be free.
 */
final class Bound {
    private static final int STRIDE = 16; // longs
    private static final VarHandle COUNT =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final int capacity;
    private final long[] consumed = new long[STRIDE + 1 + STRIDE]; // written: consumer; read: producer
    private final long[] producer = new long[STRIDE + 2 + STRIDE]; // how many were put in, and how many may be

    Bound(int capacity) {
        this.capacity = capacity;
    }

    /** Whether one more may be put in, which is then counted. Producer. */
    boolean take() {
        if (producer[STRIDE] == producer[STRIDE + 1]) {
            producer[STRIDE + 1] = (long) COUNT.getOpaque(consumed, STRIDE) + capacity;
            if (producer[STRIDE] == producer[STRIDE + 1]) {
                return false;
            }
        }
        producer[STRIDE]++;
        return true;
    }

    /** Consumer. */
    void give(int count) {
        if (count != 0) {
            COUNT.setRelease(consumed, STRIDE, consumed[STRIDE] + count);
        }
    }
}
