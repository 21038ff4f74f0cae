// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Names what does not come to an end: handlers that do not return, which keep their interrupt from running elsewhere too;
 * and interrupts whose old vector is not released, which cannot be moved again. Costs the ones it watches nothing: it
 * looks at what each owner runs and what was asked of it, and remembers since when it saw it.
 *
 * <p>For one thread at a time, any thread; call {@link #check} now and then.
 */
public final class Watchdog {
    private static final int HANDLER = 0; // in place of a vector; no message carries it

    private final VectorDomain domain;
    private final long limitNanos;
    private Map<Target, Sighting> seen = new HashMap<>(); // at a vector that was left, or HANDLER of a CPU

    /**
     * Watches a domain.
     *
     * @param domain must not be null
     * @param limitNanos for how long a handler may run, or a vector wait to be released, nanoseconds, 0 or more
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
     * An interrupt whose handler does not return, or whose old vector waits to be released.
     *
     * @param irq the interrupt
     * @param place the CPU and vector where its handler runs, or that it has left; vector 0 if it has left that CPU since
     * @param nanos for how long this watchdog has seen it, nanoseconds
     * @param reason what the owner of that CPU is doing, in words for people
     */
    public record Stall(Irq irq, Target place, long nanos, String reason) {}

    /**
     * Looks at each CPU. Reads only; allocates.
     *
     * @return those that have waited for longer than the limit, since a check saw them first
     */
    public List<Stall> check() {
        long now = System.nanoTime();
        Map<Target, Sighting> still = new HashMap<>();
        List<Stall> stalls = new ArrayList<>();
        for (int index = 0; index < domain.cpus(); index++) {
            Cpu cpu = domain.cpu(index);
            Irq serving = cpu.serving();
            if (serving != null) {
                Sighting since = sight(still, new Target(index, HANDLER), serving, serving.runs());
                report(stalls, cpu, cpu.vectorOf(serving), since, now);
            }
            for (int vector = 0; !cpu.leaving().isEmpty() && vector < VectorDomain.VECTORS; vector++) {
                Irq irq = cpu.leaving().test(vector) ? cpu.slot(vector) : null;
                if (irq != null) {
                    Sighting since = sight(still, new Target(index, vector), irq, irq.register.read());
                    report(stalls, cpu, vector, since, now);
                }
            }
        }
        seen = still;
        return stalls;
    }

    /** Since when the same has been seen there: what a check before saw first, unless it was done since and came again. */
    private Sighting sight(Map<Target, Sighting> still, Target place, Irq irq, long version) {
        Sighting first = seen.get(place);
        if (first == null || first.irq != irq || first.version != version) {
            first = new Sighting(irq, version, System.nanoTime()); // after the look: it cannot have begun later
        }
        still.put(place, first);
        return first;
    }

    private void report(List<Stall> stalls, Cpu cpu, int vector, Sighting since, long now) {
        if (now - since.nanos > limitNanos) {
            Target place = new Target(cpu.index(), vector);
            stalls.add(new Stall(since.irq, place, now - since.nanos, cpu.whatItsOwnerDoes()));
        }
    }

    private record Sighting(Irq irq, long version, long nanos) {}
}
