// SPDX-License-Identifier: Apache-2.0
/**
 * Moves a live signal source from one thread to another. Nothing torn, nothing lost.
 *
 * <p>The front door is {@link org.untorn.irq.VectorDomain}; {@link org.untorn.pending}, {@link org.untorn.msi} and
 * {@link org.untorn.matrix} are useful alone. Needs no flag, no other library, and nothing but {@code java.base}; tells the
 * flight recorder of moves where {@code jdk.jfr} is there. {@link org.untorn.agrona} is for those who have Agrona: a
 * module that uses it must itself require {@code org.agrona}.
 */
@SuppressWarnings("requires-automatic") // Agrona has a module name, and no descriptor
module org.untorn.vector {
    requires static jdk.jfr;
    requires static org.agrona;

    exports org.untorn.agrona;
    exports org.untorn.irq;
    exports org.untorn.matrix;
    exports org.untorn.msi;
    exports org.untorn.pending;
}
