// SPDX-License-Identifier: Apache-2.0
/**
 * The main job as data: an <i>experiment</i> asks one question, its <i>steps</i> are what takes time, and each step adds
 * <i>measurements</i> to the run. What is shown, and which target is met, is computed from measurements alone.
 */
package org.untorn.benchmarks.run;
