// SPDX-License-Identifier: Apache-2.0
package org.untorn;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.invoke.VarHandle;
import java.lang.invoke.VarHandle.AccessMode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.untorn.irq.VectorDomain;

/**
 * Rules that every class of vector-core keeps. Each is shown to fail on a source that breaks it, and to have looked at
 * something: ArchUnit fails a rule that no class concerned, and the tests ask for a minimum where that is not enough.
 */
class ArchitectureTest {
    private static final Path FOLDER = Path.of(URI.create(VectorDomain.class
            .getProtectionDomain()
            .getCodeSource()
            .getLocation()
            .toString()));
    private static final JavaClasses MAIN = new ClassFileImporter().importPath(FOLDER);

    private static final Pattern NAME = Pattern.compile("class (\\w+)");

    private static final ArchRule FLAG_FREE = classes()
            .that(resideInAPackage("org.untorn.."))
            .should()
            .onlyDependOnClassesThat(resideInAPackage("java..")
                    .or(resideInAPackage("jdk.jfr.."))
                    .or(resideInAPackage("org.untorn.."))
                    .or(resideInAPackage("org.agrona.."))
                    .as("are the library's own, of java.base, JFR or Agrona"));

    private static final ArchRule AGRONA_IN_ITS_PACKAGE = noClasses()
            .that()
            .resideOutsideOfPackage("org.untorn.agrona..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.agrona..");

    private static final ArchRule NO_LOCKS = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("java.util.concurrent.locks..")
                    .and(DescribedPredicate.not(DescribedPredicate.describe(
                            "LockSupport", (JavaClass used) -> used.isEquivalentTo(LockSupport.class)))));

    private static final ArchRule NO_SYNCHRONIZED_METHODS =
            methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED);

    private static final ArchRule PENDING_ALONE = imports("pending");
    private static final ArchRule MATRIX_ALONE = imports("matrix");
    /** A capability that masks keeps pending bits: it is made of a PendingBitmap. */
    private static final ArchRule MSI_ON_PENDING = imports("msi", "pending");

    private static final ArchRule IRQ_ON_THE_THREE = imports("irq", "matrix", "msi", "pending");

    private static final ArchRule MODED_ACCESSORS = codeUnits()
            .that(DescribedPredicate.describe("access memory by a VarHandle", ArchitectureTest::isAccessor))
            .should(
                    new ArchCondition<JavaCodeUnit>(
                            "be hidden and make that one access, beside other accessors' only") {
                        @Override
                        public void check(JavaCodeUnit accessor, ConditionEvents events) {
                            Set<JavaModifier> modifiers = accessor.getModifiers();
                            boolean hidden = !modifiers.contains(JavaModifier.PUBLIC)
                                    && !modifiers.contains(JavaModifier.PROTECTED);
                            boolean pure = accesses(accessor).count() == 1
                                    && accessor.getCallsFromSelf().stream()
                                            .allMatch(
                                                    call -> isAccess(call) || isAccessorOf(accessor.getOwner(), call));
                            events.add(new SimpleConditionEvent(
                                    accessor,
                                    hidden && pure || TO_MEND.equals(accessor.getFullName()),
                                    accessor.getFullName() + ": hidden=" + hidden + " pure=" + pure));
                        }
                    });

    /** The one method that accesses memory in the middle of other things. */
    private static final String TO_MEND = "org.untorn.msi.RemappingTable$Entry.free()";

    @TempDir
    private Path folder;

    // ---- dependencies ----

    @Test
    void classes_dependOnNothingUnsafe() throws IOException {
        assertTrue(MAIN.size() >= 50, "classes=" + MAIN.size());
        FLAG_FREE.check(MAIN);
        assertBreaks(FLAG_FREE, "package org.untorn.irq; class Bad { sun.misc.Unsafe unsafe; }");
        assertBreaks(FLAG_FREE, "package org.untorn.irq; class Bad { org.junit.jupiter.api.Test test; }");
    }

    @Test
    void classes_useAgronaInItsPackageOnly() throws IOException {
        AGRONA_IN_ITS_PACKAGE.check(MAIN);
        Path agrona = compile("package org.agrona; public class Agent {}");
        assertBreaks(AGRONA_IN_ITS_PACKAGE, agrona, "package org.untorn.irq; class Bad { org.agrona.Agent agent; }");
    }

    @Test
    void packages_importDownOnly() throws IOException {
        for (ArchRule rule : List.of(PENDING_ALONE, MATRIX_ALONE, MSI_ON_PENDING, IRQ_ON_THE_THREE)) {
            rule.check(MAIN);
        }
        assertBreaks(PENDING_ALONE, "package org.untorn.pending; class Bad { org.untorn.matrix.CpuMask mask; }");
        assertBreaks(MATRIX_ALONE, "package org.untorn.matrix; class Bad { org.untorn.msi.MsiMessage message; }");
        assertBreaks(MSI_ON_PENDING, "package org.untorn.msi; class Bad { org.untorn.irq.Irq irq; }");
        Path agrona = compile("package org.untorn.agrona; public class CpuAgent {}");
        assertBreaks(
                IRQ_ON_THE_THREE, agrona, "package org.untorn.irq; class Bad { org.untorn.agrona.CpuAgent agent; }");
    }

    private static ArchRule imports(String importer, String... imported) {
        String[] allowed = Stream.concat(Stream.of(importer), Stream.of(imported))
                .map(name -> "org.untorn." + name)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage("org.untorn." + importer + "..")
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.not(resideInAPackage("org.untorn.."))
                        .or(JavaClass.Predicates.resideInAnyPackage(allowed))
                        .as("are of other libraries or of " + List.of(allowed)));
    }

    // ---- locks ----

    @Test
    void classes_useNoLocks() throws IOException {
        NO_LOCKS.check(MAIN);
        assertBreaks(
                NO_LOCKS,
                "package org.untorn.irq; class Bad { Object lock() { return new java.util.concurrent.locks.StampedLock(); } }");
        NO_SYNCHRONIZED_METHODS.check(MAIN);
        assertBreaks(NO_SYNCHRONIZED_METHODS, "package org.untorn.irq; class Bad { synchronized void lock() {} }");
    }

    @Test
    void classes_enterNoMonitor() throws IOException {
        String main = disassembly(FOLDER);
        assertTrue(main.contains("class org.untorn.irq.Irq ") && main.contains("invokevirtual"));
        assertEquals(List.of(), monitors(main));
        String bad = "package org.untorn.irq; class Bad { void lock() { synchronized (this) { hashCode(); } } }";
        assertEquals(1, monitors(disassembly(compile(bad))).size());
    }

    private static List<String> monitors(String disassembly) {
        return disassembly.lines().filter(line -> line.contains("monitorenter")).toList();
    }

    private static String disassembly(Path folder) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-c", "-p"));
        try (Stream<Path> files = Files.walk(folder)) {
            files.map(Path::toString).filter(name -> name.endsWith(".class")).forEach(arguments::add);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out);
        ToolProvider javap = ToolProvider.findFirst("javap").orElseThrow();
        assertEquals(0, javap.run(print, print, arguments.toArray(String[]::new)), out::toString);
        return out.toString();
    }

    // ---- VarHandles ----

    @Test
    void varHandles_areUsedInAccessorsOnly() throws IOException {
        MODED_ACCESSORS.check(MAIN);
        String good = "long get() { return (long) H.getVolatile(this); }";
        MODED_ACCESSORS.check(new ClassFileImporter().importPath(compile(handle(good))));
        assertBreaks(MODED_ACCESSORS, handle("public long get() { return (long) H.getVolatile(this); }"));
        assertBreaks(MODED_ACCESSORS, handle("long get() { Thread.onSpinWait(); return (long) H.getVolatile(this); }"));
        assertBreaks(
                MODED_ACCESSORS,
                handle("boolean put() { H.setRelease(this, 1L); return H.compareAndSet(this, 1L, 2L); }"));
    }

    /** A weaker mode is a decision of its own: it is in the list, and no name claims another mode than is used. */
    @Test
    void varHandles_weakerThanVolatile_areListed() throws IOException {
        assertEquals(listed("weak-accesses.txt"), weakAccesses(MAIN));
        assertEquals(List.of(), misnamed(MAIN));
        JavaClasses bad = new ClassFileImporter()
                .importPath(compile(handle("long getOpaque() { return (long) H.getAcquire(this); }")));
        assertEquals(Set.of("org.untorn.irq.Bad.getOpaque getAcquire"), weakAccesses(bad));
        assertEquals(List.of("org.untorn.irq.Bad.getOpaque getAcquire"), misnamed(bad));
    }

    private static String handle(String method) {
        return """
                package org.untorn.irq;
                import java.lang.invoke.*;
                class Bad {
                    static final VarHandle H = ConstantBootstraps.fieldVarHandle(
                        MethodHandles.lookup(), "word", VarHandle.class, Bad.class, long.class);
                    volatile long word;
                    %s
                }
                """.formatted(method);
    }

    private static SortedSet<String> weakAccesses(JavaClasses classes) {
        return allAccesses(classes)
                .filter(access -> isWeak(mode(access)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> misnamed(JavaClasses classes) {
        return allAccesses(classes)
                .filter(access -> {
                    String method = access.substring(0, access.indexOf(' '));
                    return Stream.of("Plain", "Opaque", "Acquire", "Release")
                            .anyMatch(suffix ->
                                    method.endsWith(suffix) && !mode(access).endsWith(suffix));
                })
                .toList();
    }

    private static Stream<String> allAccesses(JavaClasses classes) {
        return classes.stream()
                .flatMap(type -> type.getCodeUnits().stream())
                .flatMap(unit -> accesses(unit)
                        .map(call -> unit.getOwner().getName() + "." + unit.getName() + " " + call.getName()));
    }

    private static String mode(String access) {
        return access.substring(access.indexOf(' ') + 1);
    }

    private static boolean isWeak(String mode) {
        return mode.equals("get")
                || mode.equals("set")
                || Stream.of("Plain", "Opaque", "Acquire", "Release").anyMatch(mode::endsWith);
    }

    private static boolean isAccessor(JavaCodeUnit unit) {
        return accesses(unit).findAny().isPresent();
    }

    private static boolean isAccessorOf(JavaClass owner, JavaCall<?> call) {
        return call.getTargetOwner().equals(owner)
                && owner.getCodeUnits().stream()
                        .anyMatch(unit -> unit.getName().equals(call.getName()) && isAccessor(unit));
    }

    private static Stream<JavaMethodCall> accesses(JavaCodeUnit unit) {
        return unit.getMethodCallsFromSelf().stream().filter(ArchitectureTest::isAccess);
    }

    private static boolean isAccess(JavaCall<?> call) {
        return call.getTargetOwner().isEquivalentTo(VarHandle.class)
                && Arrays.stream(AccessMode.values())
                        .anyMatch(mode -> mode.methodName().equals(call.getName()));
    }

    // ---- public types ----

    /** A type that users can name is a promise: it is in the list before it is public. */
    @Test
    void publicTypes_areListed() throws IOException {
        SortedSet<String> listed = listed("public-types.txt");
        assertTrue(listed.size() >= 25, "types=" + listed.size());
        assertEquals(listed, publicTypes(MAIN));
        String nested =
                "package org.untorn.irq; public class Bad { public interface In {} static class Hidden { public interface Not {} } }";
        assertEquals(
                Set.of("org.untorn.irq.Bad", "org.untorn.irq.Bad$In"),
                publicTypes(new ClassFileImporter().importPath(compile(nested))));
    }

    private static SortedSet<String> publicTypes(JavaClasses classes) {
        return classes.stream()
                .filter(type -> Stream.iterate(
                                Optional.of(type),
                                Optional::isPresent,
                                outer -> outer.get().getEnclosingClass())
                        .allMatch(outer -> outer.get().getModifiers().contains(JavaModifier.PUBLIC)))
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    // ---- how ----

    private static SortedSet<String> listed(String resource) throws IOException {
        try (var lines = ArchitectureTest.class.getResourceAsStream(resource)) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(Predicate.not(line -> line.isBlank() || line.startsWith("#")))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private void assertBreaks(ArchRule rule, String source) throws IOException {
        assertBreaks(rule, folder, source);
    }

    private void assertBreaks(ArchRule rule, Path more, String source) throws IOException {
        JavaClasses bad = new ClassFileImporter().importPath(compile(more, source));
        String message =
                assertThrows(AssertionError.class, () -> rule.check(bad)).getMessage();
        assertTrue(message.contains(".Bad"), message); // broken, not empty
    }

    private Path compile(String source) throws IOException {
        return compile(folder, source);
    }

    private Path compile(Path more, String source) throws IOException {
        Path out = Files.createTempDirectory(folder, "classes");
        Matcher name = NAME.matcher(source);
        assertTrue(name.find(), source);
        Path file = Files.createTempDirectory(folder, "source").resolve(name.group(1) + ".java");
        Files.writeString(file, source);
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        String path = System.getProperty("java.class.path") + File.pathSeparator + more;
        int result = javax.tools.ToolProvider.getSystemJavaCompiler()
                .run(null, messages, messages, "--release", "17", "-cp", path, "-d", out.toString(), file.toString());
        assertEquals(0, result, messages::toString);
        return out;
    }
}
