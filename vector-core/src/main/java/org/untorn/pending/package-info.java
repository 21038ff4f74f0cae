// SPDX-License-Identifier: Apache-2.0
/**
 * The pending vectors of one CPU.
 *
 * <p>A <i>vector</i> is an index. To <i>raise</i> it sets its bit; to <i>take</i> it clears the bit and hands its duty
 * to the taker. Raises of a vector that is already pending <i>coalesce</i>: one take answers them all.
 */
package org.untorn.pending;
