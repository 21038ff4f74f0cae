// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

import java.io.IOException;

/** Input that cannot be used. The message says what is missing and how to record it. */
public final class UnusableTraceException extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableTraceException(String message) {
        super(message);
    }
}
