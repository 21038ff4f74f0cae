// SPDX-License-Identifier: Apache-2.0
/**
 * Who owns which vector on which CPU: Linux's allocation rules, without its lock.
 *
 * <p>A <em>vector</em> is an index from 0 to 255 on a CPU. It is <em>free</em>, <em>allocated</em>, <em>reserved</em> for a
 * managed interrupt, allocated to one (<em>managed</em>), or a <em>system</em> vector, which nobody gets. A CPU's
 * <em>available</em> vectors are what it has to give; an <em>online</em> CPU may give them. A <em>slot</em> is
 * a CPU and a vector in one int. {@link org.untorn.matrix.VectorMatrix} is the allocator,
 * {@link org.untorn.matrix.VectorLayout} says which vectors there are, {@link org.untorn.matrix.CpuMask} which CPUs may be
 * chosen.
 *
 * <p>The allocator is lock-free and for any thread; what precedes a free happens-before what follows the next allocation of
 * that vector. All else is immutable. A refusal is a result, as in Linux ({@code -ENOSPC}, {@code -EINVAL}); a wrong use is an
 * exception, and has changed nothing.
 */
package org.untorn.matrix;
