package dev.nuncio.webhooks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A request as it arrived, whatever server received it.
 *
 * @param method the HTTP method
 * @param url the URL that the sender was given; only some dialects sign it, else it may be {@code null}
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

    /** Every value of that header, whatever its case. */
    List<String> values(String name) {
        List<String> values = new ArrayList<>();
        headers.forEach((found, given) -> {
            if (name.equalsIgnoreCase(found)) {
                given.forEach(value -> values.add(trim(value)));
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
