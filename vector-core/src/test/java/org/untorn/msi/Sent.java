// SPDX-License-Identifier: Apache-2.0
package org.untorn.msi;

import java.util.ArrayList;
import java.util.List;

/** A sink that keeps what it was given, as {@code address/data} in hexadecimal. */
final class Sent implements MessageSink {
    private final List<String> messages = new ArrayList<>();

    @Override
    public void send(long address, int data) {
        messages.add(text(address, data));
    }

    /** What was sent since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(messages);
        messages.clear();
        return taken;
    }

    static String text(long address, int data) {
        return Long.toHexString(address) + "/" + Integer.toHexString(data);
    }
}
