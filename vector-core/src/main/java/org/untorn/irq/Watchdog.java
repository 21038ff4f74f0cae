// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Names interrupts whose old vector is not released: until it is, they cannot be moved again. Costs the ones it watches
 * nothing: it looks at what was asked of each CPU, and remembers since when it saw it.
 *
 * <p>For one thread at a time, any thread; call {@link #check} now and then.
 */
public final class Watchdog {
    private final VectorDomain domain;
    private final long limitNanos;
    private Map<Target, Sighting> seen = new HashMap<>();

    /**
     * Watches a domain.
     *
     * @param domain must not be null
     * @param limitNanos for how long a vector may wait to be released, nanoseconds, 0 or more
     * @throws IllegalArgumentException if the limit is negative
     */
    public Watchdog(VectorDomain domain, long limitNanos) {
        if (limitNanos < 0) {
            throw new IllegalArgumentException("limitNanos=" + limitNanos + ", minimum=0");
        }
        this.domain = Objects.requireNonNull(domain, "domain");
        this.limitNanos = limitNanos;
    }

    /**
     * An interrupt whose old vector waits to be released.
     *
     * @param irq the interrupt
     * @param place the CPU and vector it has left
     * @param nanos for how long this watchdog has seen it wait, nanoseconds
     * @param reason what the owner of that CPU is doing
     */
    public record Stall(Irq irq, Target place, long nanos, String reason) {}

    /**
     * Looks at each CPU.
     *
     * @return those that have waited for longer than the limit, since a check saw them first
     */
    public List<Stall> check() {
        long now = System.nanoTime();
        Map<Target, Sighting> still = new HashMap<>();
        List<Stall> stalls = new ArrayList<>();
        for (int index = 0; index < domain.cpus(); index++) {
            Cpu cpu = domain.cpu(index);
            for (int vector = 0; !cpu.leaving().isEmpty() && vector < VectorDomain.VECTORS; vector++) {
                Irq irq = cpu.leaving().test(vector) ? cpu.slot(vector) : null;
                if (irq != null) {
                    Target place = new Target(index, vector);
                    Sighting first = seen.get(place);
                    if (first == null || first.irq != irq || first.moves != irq.moves()) {
                        first = new Sighting(irq, irq.moves(), now);
                    }
                    still.put(place, first);
                    if (now - first.since > limitNanos) {
                        stalls.add(new Stall(irq, place, now - first.since, cpu.whatItsOwnerDoes()));
                    }
                }
            }
        }
        seen = still;
        return stalls;
    }

    private record Sighting(Irq irq, long moves, long since) {}
}
