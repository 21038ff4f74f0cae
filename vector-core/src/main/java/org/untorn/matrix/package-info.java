// SPDX-License-Identifier: Apache-2.0
/**
 * Who owns which vector on which CPU: Linux's allocation rules, without its lock.
 *
 * <p>A <em>vector</em> is an index from 0 to 255 on a CPU. It is <em>free</em>, <em>allocated</em>, <em>reserved</em> for a
 * managed interrupt, allocated to one (<em>managed</em>), or a <em>system</em> vector, which nobody gets. A <em>slot</em> is
 * a CPU and a vector in one int. {@link org.untorn.matrix.VectorMatrix} is the allocator,
 * {@link org.untorn.matrix.VectorLayout} says which vectors there are, {@link org.untorn.matrix.CpuMask} which CPUs may be
 * chosen.
 */
package org.untorn.matrix;
