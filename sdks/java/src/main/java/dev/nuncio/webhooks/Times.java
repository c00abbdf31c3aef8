package dev.nuncio.webhooks;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;

/** Times as the wire shows them, to Unix milliseconds. */
final class Times {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");
    private static final Pattern RFC3339 =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{3})?Z");

    private Times() {}

    /**
     * Unix milliseconds of a time in the form of {@code field} ({@code …_s}, {@code …_ms}, {@code …_rfc3339}); {@code null} for
     * other text. Signs, spaces and more than 15 digits are no number of seconds or milliseconds that anyone sends.
     */
    static Long parseMs(String field, String text) {
        if (field.contains("rfc3339")) {
            return parseRfc3339Ms(text);
        }
        if (!NUMBER.matcher(text).matches()) {
            return null;
        }
        return Long.parseLong(text) * (field.endsWith("_ms") ? 1 : 1000);
    }

    /** {@code 2026-04-26T12:34:56Z} or {@code …56.123Z} (RFC 3339 in UTC), as dialects write it, and nothing else. */
    private static Long parseRfc3339Ms(String text) {
        // The JDK also takes the 24th hour and the 60th second, which no sender writes.
        if (!RFC3339.matcher(text).matches() || text.startsWith("24:", 11) || text.startsWith(":60", 16)) {
            return null;
        }
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException error) {
            return null;
        }
    }
}
