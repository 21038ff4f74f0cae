// SPDX-License-Identifier: Apache-2.0
/**
 * Runs CPUs under Agrona: as {@linkplain org.untorn.agrona.CpuAgent agents}, with an {@linkplain
 * org.untorn.agrona.SignalIdleStrategy idle strategy} that sleeps until it is signalled.
 *
 * <pre>{@code
 * VectorDomain domain = VectorDomain.builder(1)
 *         .errorHandler((irq, error) -> errorHandler.onError(error)) // Agrona's
 *         .build();
 * CpuAgent agent = new CpuAgent(domain, 0);
 * AgentRunner runner = new AgentRunner(new SignalIdleStrategy(domain.cpu(0)), errorHandler, null, agent);
 * AgentRunner.startOnThread(runner);
 * }</pre>
 *
 * <p>Uses the half of Agrona that needs no flag: agents and idle strategies. An error counter needs {@code --add-exports
 * java.base/jdk.internal.misc=ALL-UNNAMED}; give the runner null.
 */
package org.untorn.agrona;
