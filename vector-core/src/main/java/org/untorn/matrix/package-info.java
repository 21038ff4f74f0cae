// SPDX-License-Identifier: Apache-2.0
/** Who owns which vector on which CPU: Linux's allocation rules, without its lock. */
package org.untorn.matrix;
