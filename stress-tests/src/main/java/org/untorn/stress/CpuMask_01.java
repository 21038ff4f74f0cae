// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "placeholder")
@State
public class CpuMask_01 {
    @Actor
    public void a(I_Result r) {
        r.r1 = 1;
    }
}
