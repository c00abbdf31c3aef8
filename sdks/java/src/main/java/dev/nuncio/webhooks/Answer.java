package dev.nuncio.webhooks;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An HTTP answer.
 *
 * @param status such as 204
 * @param headers names and values
 * @param body may be empty
 */
public record Answer(int status, Map<String, String> headers, byte[] body) {
    static final Answer RECEIVED = new Answer(204, Map.of(), new byte[0]);

    static Answer text(int status, String text) {
        return new Answer(
                status, Map.of("Content-Type", "text/plain; charset=utf-8"), text.getBytes(StandardCharsets.UTF_8));
    }

    Answer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, more, body);
    }
}
