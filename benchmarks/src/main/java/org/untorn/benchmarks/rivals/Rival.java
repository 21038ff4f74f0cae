// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.rivals;

import java.util.function.IntConsumer;
import org.jctools.queues.MpscArrayQueue;
import org.jctools.queues.MpscUnboundedXaddArrayQueue;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/** The signal paths that are compared. */
public enum Rival {
    UNTORN("Untorn", "", UntornPath::new),
    DIRTY_LIST("dirty list", "the same job", (sources, handler) -> new DirtyList(1, new int[sources], handler)),
    MPSC_ARRAY(
            "JCTools MpscArrayQueue",
            "less",
            (sources, handler) -> new Queues.JcTools(new MpscArrayQueue<>(Rival.CAPACITY), sources, handler)),
    MPSC_XADD(
            "JCTools MpscUnboundedXaddArrayQueue",
            "less",
            (sources, handler) ->
                    new Queues.JcToolsUnbounded(new MpscUnboundedXaddArrayQueue<>(Rival.CAPACITY), sources, handler)),
    MPSC_ATOMIC(
            "JCTools MpscAtomicArrayQueue",
            "less",
            (sources, handler) -> new Queues.JcTools(new MpscAtomicArrayQueue<>(Rival.CAPACITY), sources, handler)),
    AGRONA("Agrona ManyToOneConcurrentArrayQueue", "less", Queues.Agrona::new),
    DISRUPTOR("Disruptor, multi-producer", "less", Queues.Disruptor::new),
    LINKED("ConcurrentLinkedQueue", "less", Queues.Linked::new),
    ATOMIC_LONG_ARRAY("AtomicLongArray bit set", "floor", BitSets.Atomic::new),
    NON_BLOCKING_SET("JCTools NonBlockingSetInt", "floor", BitSets.NonBlocking::new),
    SYNCHRONIZED_BIT_SET("synchronized BitSet", "floor", BitSets.Synchronized::new);

    /** How many signals fit into a queue; a power of two, more than one thread ever signals before it drains. */
    public static final int CAPACITY = 1024;

    private interface Opener {
        SignalPath open(int sources, IntConsumer handler);
    }

    private final String title;
    private final String group;
    private final Opener opener;

    Rival(String title, String group, Opener opener) {
        this.title = title;
        this.group = group;
        this.opener = opener;
    }

    /** What a person calls it. */
    public String title() {
        return title;
    }

    /** "the same job", "less", "floor"; "" for this library. */
    public String group() {
        return group;
    }

    /** One of its kind, whose handler is given the index of the source. */
    public SignalPath open(int sources, IntConsumer handler) {
        return opener.open(sources, handler);
    }
}
