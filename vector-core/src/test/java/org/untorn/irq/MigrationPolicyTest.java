// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.untorn.matrix.CpuMask;
import org.untorn.msi.MessageRegister;
import org.untorn.msi.MsiMessage;

/** Which way Linux takes, and what each way does to the register of a source while one thread looks at it. */
class MigrationPolicyTest {
    private final VectorDomain domain = VectorDomain.ofCpus(2);
    private final Cpu cpu0 = domain.cpu(0);

    @Test
    void policy_choosesTheWay() {
        assertSame(Migration.Guarded.INSTANCE, Migration.of(MigrationPolicy.LINUX, false));
        assertSame(Migration.Unguarded.INSTANCE, Migration.of(MigrationPolicy.LINUX_6_1, false));
        for (MigrationPolicy policy : MigrationPolicy.values()) {
            assertSame(Migration.Masked.INSTANCE, Migration.of(policy, true));
        }
        assertTrue(Migration.Masked.INSTANCE.detaches());
        assertFalse(Migration.Guarded.INSTANCE.detaches() || Migration.Unguarded.INSTANCE.detaches());
        assertTrue(Migration.Guarded.INSTANCE.stopsOldCpu());
        assertFalse(Migration.Masked.INSTANCE.stopsOldCpu() || Migration.Unguarded.INSTANCE.stopsOldCpu());
    }

    @Test
    void linux_sameVector_isOneWriteAndNoCheck() {
        MessageRegister register = programmed(Migration.Guarded.INSTANCE, 40);
        cpu0.pending().raise(40); // what a check would see
        assertFalse(Migration.Guarded.INSTANCE.rewrite(register, 1, 40, cpu0));
        assertEquals(MsiMessage.of(1, 40), register.message());
        assertTrue(register.toString().endsWith("stamp=3"), register::toString);
    }

    @Test
    void linux_anotherVector_isTwoWritesAndACheckOfTheTransientPlace() {
        MessageRegister register = programmed(Migration.Guarded.INSTANCE, 40);
        assertFalse(Migration.Guarded.INSTANCE.rewrite(register, 1, 41, cpu0));
        assertEquals(MsiMessage.of(1, 41), register.message());
        assertTrue(register.toString().endsWith("stamp=4"), register::toString);
        cpu0.pending().raise(42);
        assertTrue(Migration.Guarded.INSTANCE.rewrite(register, 0, 42, cpu0), "raised at the old CPU's new vector");
    }

    /** The transient place is a neighbour's: the check is trusted only while its register names that place. */
    @Test
    void threeStep_neighbourAtTheTransientPlace_isTrustedOnlyWhereItIs() {
        Irq neighbour = domain.irq(source -> {})
                .affinity(CpuMask.of(0))
                .migration(Migration.ThreeStep.INSTANCE)
                .open()
                .orElseThrow();
        int vector = neighbour.target().vector();
        MessageRegister register = programmed(Migration.ThreeStep.INSTANCE, 40);
        assertFalse(Migration.ThreeStep.INSTANCE.rewrite(register, 1, vector, cpu0));
        Migration.ThreeStep.INSTANCE.program(neighbour.register, 1, vector);
        assertTrue(Migration.ThreeStep.INSTANCE.rewrite(register, 1, vector, cpu0), "it is on another CPU");
        Migration.ThreeStep.INSTANCE.program(neighbour.register, 0, vector + 1);
        assertTrue(Migration.ThreeStep.INSTANCE.rewrite(register, 1, vector, cpu0), "it is at another vector");
    }

    @ParameterizedTest
    @EnumSource
    void protocol_rewrite_endsWithTheNewMessage(Protocol protocol) {
        Migration migration = Migration.of(protocol);
        MessageRegister register = programmed(migration, 40);
        boolean mustRetrigger = migration.rewrite(register, 1, 41, cpu0);
        assertEquals(protocol == Protocol.THREE_STEP_ALWAYS, mustRetrigger);
        assertEquals(MsiMessage.of(1, 41), register.message());
        migration.unprogram(register);
        assertTrue(register.message().isUnprogrammed());
    }

    private static MessageRegister programmed(Migration migration, int vector) {
        MessageRegister register = migration.register();
        migration.program(register, 0, vector);
        assertEquals(MsiMessage.of(0, vector), register.message());
        return register;
    }
}
