// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import java.lang.invoke.VarHandle;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntConsumer;
import org.jctools.maps.NonBlockingSetInt;

/** Bits and nothing else: no route, no run state, nothing can be moved. The floor under what they are missing. */
final class BitSets {
    private BitSets() {}

    /** One atomic a signal, one a word of signals. */
    static final class Atomic implements SignalPath {
        private final Source[] sources;
        private final AtomicLongArray words;

        Atomic(int sources, IntConsumer handler) {
            this.sources = Source.of(sources, handler);
            words = new AtomicLongArray((sources + 63) / 64);
        }

        @Override
        public boolean signal(int source) {
            int word = source >>> 6;
            long bit = 1L << source;
            long before = words.get(word);
            if ((before & bit) != 0) {
                VarHandle.fullFence(); // or what was written before is seen by no run
                before = words.get(word);
            }
            while ((before & bit) == 0 && !words.compareAndSet(word, before, before | bit)) {
                before = words.get(word);
            }
            return true;
        }

        @Override
        public int drain() {
            int runs = 0;
            for (int word = 0; word < words.length(); word++) {
                if (words.get(word) == 0) {
                    continue;
                }
                for (long bits = words.getAndSet(word, 0); bits != 0; bits &= bits - 1) {
                    sources[(word << 6) + Long.numberOfTrailingZeros(bits)].handler.run();
                    runs++;
                }
            }
            return runs;
        }
    }

    /** Its iterator goes through the same bits, and allocates. */
    static final class NonBlocking implements SignalPath {
        private final Source[] sources;
        private final NonBlockingSetInt set = new NonBlockingSetInt();

        NonBlocking(int sources, IntConsumer handler) {
            this.sources = Source.of(sources, handler);
            for (int i = 0; i < sources; i++) {
                set.add(i); // grows to its size
            }
            set.clear();
        }

        @Override
        public boolean signal(int source) {
            set.add(source);
            return true;
        }

        @Override
        public int drain() {
            int runs = 0;
            for (int source = 0; source < sources.length; source++) {
                if (set.contains(source) && set.remove(source)) {
                    sources[source].handler.run();
                    runs++;
                }
            }
            return runs;
        }
    }

    /** Two sets that change places under the lock. */
    static final class Synchronized implements SignalPath {
        private final Source[] sources;
        private BitSet signalled;
        private BitSet taken;

        Synchronized(int sources, IntConsumer handler) {
            this.sources = Source.of(sources, handler);
            signalled = new BitSet(sources);
            taken = new BitSet(sources);
        }

        @Override
        public synchronized boolean signal(int source) {
            signalled.set(source);
            return true;
        }

        @Override
        public int drain() {
            if (!take()) {
                return 0;
            }
            int runs = 0;
            for (int source = taken.nextSetBit(0); source >= 0; source = taken.nextSetBit(source + 1)) {
                sources[source].handler.run();
                runs++;
            }
            taken.clear();
            return runs;
        }

        private synchronized boolean take() {
            if (signalled.isEmpty()) {
                return false;
            }
            BitSet all = signalled;
            signalled = taken;
            taken = all;
            return true;
        }
    }
}
