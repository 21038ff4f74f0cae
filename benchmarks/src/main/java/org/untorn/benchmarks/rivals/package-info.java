// SPDX-License-Identifier: Apache-2.0
/**
 * What a user would use instead, each as its authors mean it to be used, behind interfaces that are as small as they can
 * be: a <i>signal path</i> takes signals to a handler, a <i>move path</i> is one whose sources can be moved as well.
 */
package org.untorn.benchmarks.rivals;
