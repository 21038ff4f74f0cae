// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/**
 * Where an interrupt is delivered.
 *
 * @param cpu the index of the CPU
 * @param vector the vector on that CPU
 */
public record Target(int cpu, int vector) {}
