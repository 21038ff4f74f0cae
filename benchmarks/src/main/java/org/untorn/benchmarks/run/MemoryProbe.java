// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.run;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.untorn.irq.Irq;
import org.untorn.irq.VectorDomain;

/** What CPUs and interrupts take of the heap: what is in use after a collection, before and after there are so many. */
final class MemoryProbe {
    private static final int CPUS_AT_LEAST = 1024; // in several domains, so that the rest of the heap does not matter

    /**
     * @param cpu bytes of an idle CPU, its share of the domain included
     * @param interrupt bytes of an interrupt, its handler not included
     */
    record Bytes(double cpu, double interrupt) {}

    private MemoryProbe() {}

    /** In a JVM of its own. */
    static Bytes fork(int cpus, int interrupts) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx4g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MemoryProbe.class.getName(),
                        Integer.toString(cpus),
                        Integer.toString(interrupts)))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the memory probe failed: " + output);
        }
        double[] bytes = Arrays.stream(output.strip().split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        return new Bytes(bytes[0], bytes[1]);
    }

    /** Prints what {@link #measure} returns. */
    public static void main(String[] args) {
        Bytes bytes = measure(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        System.out.println(bytes.cpu + " " + bytes.interrupt);
    }

    static Bytes measure(int cpus, int interrupts) {
        VectorDomain[] domains = new VectorDomain[Math.max(1, CPUS_AT_LEAST / cpus)];
        Irq[][] irqs = new Irq[domains.length][interrupts];
        domains[0] = VectorDomain.ofCpus(cpus); // loads classes
        irqs[0][0] = domains[0].irq(irq -> {}).open().orElseThrow();
        domains[0] = null;
        irqs[0][0] = null;

        long before = used();
        for (int i = 0; i < domains.length; i++) {
            domains[i] = VectorDomain.ofCpus(cpus);
        }
        long idle = used();
        for (int i = 0; i < domains.length; i++) {
            for (int irq = 0; irq < interrupts; irq++) {
                irqs[i][irq] = domains[i].irq(source -> {}).open().orElseThrow();
            }
        }
        long full = used();
        double copies = domains.length;
        Bytes bytes = new Bytes((idle - before) / copies / cpus, (full - idle) / copies / interrupts);
        if (domains[0].cpus() != cpus || irqs[0][0].target() == null) { // both are needed until here
            throw new IllegalStateException();
        }
        return bytes;
    }

    private static long used() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
