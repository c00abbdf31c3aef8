package dev.nuncio.webhooks;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as the wire shows them, to Unix milliseconds. */
final class Times {
    private static final Pattern SIGNED = Pattern.compile("[0-9]{1,15}");
    /** An event may have occurred before 1970. */
    private static final Pattern OCCURRED = Pattern.compile("-?[0-9]{1,15}");

    private static final Pattern RFC3339 = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})[Tt]([01]\\d|2[0-3]):([0-5]\\d):([0-5]\\d|60)"
            + "(?:\\.(\\d+))?(?:[Zz]|([+-])([01]\\d|2[0-3]):([0-5]\\d))");
    private static final long DAY_S = 86_400;

    private Times() {}

    /**
     * Unix milliseconds of a time in the form of {@code field} ({@code …_s}, {@code …_ms}, {@code …_rfc3339}); {@code null} for
     * other text. Spaces, a plus and more than 15 digits are no number of seconds or milliseconds that anyone sends; only
     * events may lie before 1970.
     */
    static Long parseMs(String field, String text) {
        if (field.contains("rfc3339")) {
            return parseRfc3339Ms(text);
        }
        if (!(field.startsWith("event_") ? OCCURRED : SIGNED).matcher(text).matches()) {
            return null;
        }
        return Long.parseLong(text) * (field.endsWith("_ms") ? 1 : 1000);
    }

    /** Every form that RFC 3339 allows; what is finer than a millisecond is cut off. */
    private static Long parseRfc3339Ms(String text) {
        Matcher parts = RFC3339.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        long days;
        try {
            days = LocalDate.parse(parts.group(1)).toEpochDay();
        } catch (DateTimeException error) {
            return null;
        }
        long second = number(parts, 4);
        long local = days * DAY_S + number(parts, 2) * 3600 + number(parts, 3) * 60 + second;
        long offset = number(parts, 7) * 3600 + number(parts, 8) * 60;
        long unix = local - ("-".equals(parts.group(6)) ? -offset : offset);
        // Leap seconds end a day of UTC. Unix time has no number for one: it counts as the second after it.
        if (second == 60 && unix % DAY_S != 0) {
            return null;
        }
        String fraction = parts.group(5) == null ? "" : parts.group(5);
        return unix * 1000 + Long.parseLong((fraction + "000").substring(0, 3));
    }

    private static long number(Matcher parts, int group) {
        return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
    }
}
