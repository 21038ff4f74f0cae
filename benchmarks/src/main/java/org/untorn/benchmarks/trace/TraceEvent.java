// SPDX-License-Identifier: Apache-2.0
package org.untorn.benchmarks.trace;

/**
 * One event of a log.
 *
 * @param line the physical line number, from 1
 * @param cpu the CPU that wrote it: the {@code [cpu]} column
 * @param name the event, for example {@code irq_matrix_alloc}
 * @param text what follows the name: {@code key=value} pairs, or a marker's text
 */
public record TraceEvent(long line, int cpu, String name, String text) {
    private static final int SHORTEST_FLAGS = 4; // 5.10 prints 4 columns, 6.1 and later 5
    private static final int LONGEST_FLAGS = 8; // real-time kernels print more

    /**
     * Reads one line: {@code task-pid [cpu] flags stamp: event: fields}.
     *
     * <p>The task's name may hold anything, also what looks like the rest of a line, so every bracket is tried.
     *
     * @param line the line's number
     * @param text the line
     * @return the event, or null for a line that is none
     */
    static TraceEvent parse(long line, String text) {
        if (text.startsWith("#")) {
            return null;
        }
        for (int open = text.indexOf('['); open >= 0; open = text.indexOf('[', open + 1)) {
            int close = skipDigits(text, open + 1);
            if (close >= open + 4 && close <= open + 7 && text.startsWith("] ", close) && followsPid(text, open)) {
                TraceEvent event = afterCpu(line, Integer.parseInt(text, open + 1, close, 10), text, close + 2);
                if (event != null) {
                    return event;
                }
            }
        }
        return null;
    }

    private static boolean followsPid(String text, int open) {
        int end = skipSpacesBack(text, open);
        if (end == open) {
            return false;
        }
        if (end > 0 && text.charAt(end - 1) == ')') { // the thread group, where record-tgid is set
            end = skipSpacesBack(text, Math.max(0, text.lastIndexOf('(', end)));
        }
        int start = end;
        while (start > 0 && isDigit(text.charAt(start - 1))) {
            start--;
        }
        return start < end && start > 0 && text.charAt(start - 1) == '-';
    }

    private static TraceEvent afterCpu(long line, int cpu, String text, int from) {
        int flagsEnd = text.indexOf(' ', from);
        if (flagsEnd < from + SHORTEST_FLAGS || flagsEnd > from + LONGEST_FLAGS) {
            return null;
        }
        int stamp = flagsEnd;
        while (stamp < text.length() && text.charAt(stamp) == ' ') {
            stamp++;
        }
        int stampEnd = skipDigits(text, stamp);
        if (stampEnd < text.length() && text.charAt(stampEnd) == '.') {
            stampEnd = skipDigits(text, stampEnd + 1);
        }
        int nameEnd = text.indexOf(':', stampEnd + 2);
        if (stampEnd == stamp || !text.startsWith(": ", stampEnd) || nameEnd < 0) {
            return null;
        }
        String name = text.substring(stampEnd + 2, nameEnd);
        return name.indexOf(' ') >= 0 ? null : new TraceEvent(line, cpu, name, text.substring(nameEnd + 1));
    }

    /**
     * The number after {@code key=}: decimal, signed, or hex after 0x.
     *
     * @param key the field
     * @return its value; 64-bit hex numbers keep their bits
     * @throws UnusableTraceException if there is no such number
     */
    long bits(String key) throws UnusableTraceException {
        int at = find(key);
        int end = at;
        while (end < text.length() && isWord(text.charAt(end))) {
            end++;
        }
        try {
            return text.startsWith("0x", at)
                    ? Long.parseUnsignedLong(text, at + 2, end, 16)
                    : Long.parseLong(text, at, end, 10);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new UnusableTraceException("line " + line + ": " + name + " has no number '" + key
                    + "='. Either the line is cut off, or the probe was defined without this field.");
        }
    }

    int number(String key) throws UnusableTraceException {
        return (int) bits(key);
    }

    /** A CPU number: the masks of the probes hold 64 bits, so no log can name more. */
    int cpu(String key) throws UnusableTraceException {
        int value = number(key);
        if (value < 0 || value >= TraceReader.MAX_CPUS) {
            throw TraceReader.tooManyCpus(line, value);
        }
        return value;
    }

    int index(String key, int limit) throws UnusableTraceException {
        int value = number(key);
        if (value < 0 || value >= limit) {
            throw new UnusableTraceException("line " + line + ": " + key + "=" + value + ", limit=" + limit + ".");
        }
        return value;
    }

    private int find(String key) {
        for (int at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
            int end = at + key.length();
            if (at > 0 && text.charAt(at - 1) == ' ' && end < text.length() && text.charAt(end) == '=') {
                return end + 1;
            }
        }
        return text.length();
    }

    private static int skipDigits(String text, int from) {
        int at = from;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int skipSpacesBack(String text, int from) {
        int at = from;
        while (at > 0 && text.charAt(at - 1) == ' ') {
            at--;
        }
        return at;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWord(char c) {
        return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-';
    }
}
