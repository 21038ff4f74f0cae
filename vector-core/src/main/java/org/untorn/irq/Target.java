// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

/**
 * Where an interrupt is delivered.
 *
 * @param cpu the index of the CPU, 0 to the domain's number of CPUs, exclusive
 * @param vector the vector on that CPU, 0 to 255
 */
public record Target(int cpu, int vector) {}
