// SPDX-License-Identifier: Apache-2.0
/**
 * What a run measured, shown: {@code results.json} keeps it, a <i>panel</i> is what belongs into one chart, a <i>finding</i>
 * is the sentence above it, computed from the panel alone. A page holds one run, or several machines' runs side by side.
 */
package org.untorn.benchmarks.report;
