// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

/** Runs jcstress. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        org.openjdk.jcstress.Main.main(args);
    }
}
