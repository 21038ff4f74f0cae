// SPDX-License-Identifier: Apache-2.0
package org.untorn.stress;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.untorn.irq.Order;
import org.untorn.irq.Storm;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** One {@link Storm} after the other, each with a domain of its own, for as long as asked. */
@Command(
        name = "soak",
        description = {
            "Lets everything the library can do happen at once, and counts what was lost, leaked, or ran at the same"
                    + " time.",
            "",
            "Rounds of a few seconds, each with a new domain; they differ in the number of polling threads, the order of"
                    + " polls, and whether the domain counts raises. A seed repeats the decisions of every thread, not"
                    + " how the threads interleave.",
            "",
            "spurious: runs without a new raise, where it is known which run is one too many; stray: bits set late, where"
                    + " the interrupt had left; both are allowed. lost: raises without a run, once all is quiet."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing lost, leaked or overlapping", "1:a finding, or something was thrown", "2:bad usage"})
final class SoakCommand implements Callable<Integer> {
    private static final Duration ROUND = Duration.ofSeconds(5);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = Time.class,
            description = "For how long: 60s, 10m, 2h, or seconds; default ${DEFAULT-VALUE}.")
    private Duration time;

    @Option(names = "--seed", paramLabel = "N", description = "Repeats the decisions of a run that printed it.")
    private Long seed;

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            converter = WayConverter.class,
            description =
                    "Moves by this one only; default: all but the two that lose. One of stamped, three-step,"
                            + " three-step-always, masked, remapped, policy, policy-maskable; torn and three-step-hardware lose.")
    private Storm.Way protocol;

    @Option(names = "--until-lost", description = "Ends as soon as something was lost.")
    private boolean untilLost;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        long seed = this.seed == null ? ThreadLocalRandom.current().nextLong(1L << 32) : this.seed;
        Set<Storm.Way> ways = protocol == null ? Storm.Way.LIBRARY : Set.of(protocol);
        out.printf("soak: seed %d, %d s, protocols %s%n", seed, time.toSeconds(), ways);
        long start = System.nanoTime();
        Storm.Result sum = Storm.Result.NONE;
        for (int round = 0; ; round++) {
            long left = time.minusNanos(System.nanoTime() - start).toMillis();
            if (left <= 0 || untilLost && sum.lost() != 0) {
                break;
            }
            Storm.Result result = new Storm(
                            seed + round, ways, Order.values()[round / 2 % Order.values().length], round % 2 == 0)
                    .run(Math.min(left, ROUND.toMillis()), 2 + round % 3, untilLost);
            result.findings().forEach(finding -> out.println("FINDING " + finding));
            sum = sum.plus(result);
            out.printf(
                    Locale.ROOT,
                    "%4d s  raises %,d  moves %,d  offlines %,d  lost %,d%n",
                    Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                    sum.raises(),
                    sum.moves(),
                    sum.offlines(),
                    sum.lost());
            out.flush();
        }
        print(sum, out);
        return sum.findings().isEmpty() && sum.overlaps() == 0 ? 0 : 1;
    }

    private static void print(Storm.Result sum, PrintWriter out) {
        line(out, "raises", sum.raises());
        line(out, "handler runs", sum.runs());
        line(out, "coalesced", sum.coalesced());
        line(out, "spurious", sum.spurious());
        line(out, "stray", sum.stray());
        line(out, "moves", sum.moves());
        line(out, "offlines", sum.offlines());
        line(out, "lost", sum.lost());
        line(out, "leaked", sum.leaked());
        line(out, "overlaps", sum.overlaps());
        out.flush();
    }

    private static void line(PrintWriter out, String name, long count) {
        out.printf(Locale.ROOT, "%-13s %,15d%n", name, count);
    }

    /** {@code 60s}, {@code 10m}, {@code 2h}, or seconds. */
    static final class Time implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,8})([smh]?)");

        @Override
        public Duration convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "': no time such as 60s, 10m, 2h, or 60");
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofSeconds(number);
            };
        }
    }

    /** A protocol by its name in lower case. */
    static final class WayConverter implements ITypeConverter<Storm.Way> {
        @Override
        public Storm.Way convert(String text) {
            return Arrays.stream(Storm.Way.values())
                    .filter(way -> way.toString().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + text + "': none of " + Arrays.toString(Storm.Way.values())));
        }
    }
}
