// SPDX-License-Identifier: Apache-2.0
/**
 * Reads what a real kernel logged: ftrace text with the irq_matrix events and a few kprobes.
 *
 * <p>A <i>log</i> is one such file, an <i>event</i> one line of it, a <i>column</i> the CPU that wrote the line. {@link
 * org.untorn.benchmarks.trace.Replay} checks our matrix against a log, {@link org.untorn.benchmarks.trace.Audit} tells
 * how each move was written, {@link org.untorn.benchmarks.trace.AffinityMoves} takes the moves out of it as a workload.
 */
package org.untorn.benchmarks.trace;
