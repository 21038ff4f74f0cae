// SPDX-License-Identifier: Apache-2.0
/**
 * The pending vectors of one CPU.
 *
 * <p>A <i>vector</i> is an index. To <i>raise</i> it sets its bit; to <i>take</i> it clears the bit and hands its duty
 * to the taker. Raises of a vector that is already pending <i>coalesce</i>: one take answers them all. A taker that has
 * nothing to do <i>arms</i> the bitmap before it sleeps; who raises then sees that it has to be woken.
 *
 * <p>What happens-before a raise happens-before what follows the take that answers it, also where the raise coalesced.
 * Any thread may do either; nothing waits, nothing is allocated.
 */
package org.untorn.pending;
