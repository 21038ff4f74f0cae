// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import java.util.Map;

/** Where every thread is: what a test says before it gives up waiting. */
final class ThreadDump {
    private ThreadDump() {}

    static String take() {
        StringBuilder dump = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            dump.append(entry.getKey())
                    .append(' ')
                    .append(entry.getKey().getState())
                    .append('\n');
            for (StackTraceElement frame : entry.getValue()) {
                dump.append("    at ").append(frame).append('\n');
            }
        }
        return dump.toString();
    }
}
