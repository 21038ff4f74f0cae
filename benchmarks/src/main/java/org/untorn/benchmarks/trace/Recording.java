// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

/** How to record what a log lacks. */
final class Recording {
    static final String SEE = "benchmarks/audit.md has all the lines.";
    static final String AT_BOOT = "Record from boot on, with 'trace_event=irq_matrix:* kprobe_event=p:k_alloc,"
            + "irq_matrix_alloc,msk=+0(%si):x64,reserved=%dx:u8;...' on the kernel's command line; " + SEE;

    private Recording() {}
}
