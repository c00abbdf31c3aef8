package dev.nuncio.webhooks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A request as it arrived, whatever server received it.
 *
 * @param method the HTTP method
 * @param url the URL exactly as it was entered with the sender, never parsed and written again; only some dialects sign it,
 *     else it may be {@code null}
 * @param headers names in any case, each with its values
 * @param body the raw bytes, exactly as they arrived: parsed and written again they are others
 */
public record Request(String method, String url, Map<String, List<String>> headers, byte[] body) {
    /**
     * A {@code POST} for a dialect that does not sign the URL.
     *
     * @param headers names in any case, each with its values
     * @param body the raw bytes
     * @return the request
     */
    public static Request post(Map<String, List<String>> headers, byte[] body) {
        return new Request("POST", null, headers, body);
    }

    /**
     * The headers of an event of AWS Lambda, which has maps of single values, of lists, or both: where a name is in both, the
     * list holds all.
     *
     * @param values names in any case, each with one value; may be {@code null}
     * @param lists names in any case, each with its values; may be {@code null}
     * @return what {@link #headers} takes
     */
    public static Map<String, List<String>> headersOf(Map<String, String> values, Map<String, List<String>> lists) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        Set<String> listed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        if (lists != null) {
            headers.putAll(lists);
            listed.addAll(lists.keySet());
        }
        if (values != null) {
            values.forEach((name, value) -> {
                if (value != null && !listed.contains(name)) {
                    headers.put(name, List.of(value));
                }
            });
        }
        return headers;
    }

    /** Every value of that header, whatever its case; what is {@code null} counts as absent. */
    List<String> values(String name) {
        List<String> values = new ArrayList<>();
        headers.forEach((found, given) -> {
            if (name.equalsIgnoreCase(found) && given != null) {
                given.stream().filter(Objects::nonNull).forEach(value -> values.add(trim(value)));
            }
        });
        return values;
    }

    /** Without the spaces and tabs that HTTP allows around a value. */
    private static String trim(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isBlank(value.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isBlank(char character) {
        return character == ' ' || character == '\t';
    }
}
