package dev.nuncio.webhooks;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the event of a genuine request where the dialect puts it: in the envelope, else in the headers. */
final class EventReader {
    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");
    private final Map<String, Object> fields = new HashMap<>();

    private EventReader() {}

    /** The body as JSON, or as a map where the dialect sends forms. */
    static Object parseBody(Dialect dialect, byte[] body) throws WebhookVerificationException {
        try {
            return dialect.isForm ? Form.flat(body) : Json.parse(body);
        } catch (CharacterCodingException error) {
            throw WebhookVerificationException.malformedBody("it is no UTF-8 form");
        } catch (Json.JsonException error) {
            throw WebhookVerificationException.malformedBody(error.getMessage());
        }
    }

    static Event read(Dialect dialect, Request request, Object payload, Verified verified)
            throws WebhookVerificationException {
        EventReader reader = new EventReader();
        reader.takeHeaders(dialect, request);
        reader.takeEnvelope(dialect, payload);
        String id = reader.text("event_id");
        String deliveryId = reader.text("delivery_id");
        return new Event(
                dialect.name(),
                id != null ? id : reader.text("message_id"),
                reader.text("event_type"),
                reader.time(),
                reader.text("tenant"),
                dialect.members.isEmpty() ? payload : reader.fields.get("data"),
                deliveryId != null ? deliveryId : reader.text("delivery_uuid"),
                payload,
                verified.key(),
                verified.version(),
                verified.timestamp());
    }

    private void takeHeaders(Dialect dialect, Request request) {
        for (Dialect.HeaderRule header : dialect.headers) {
            List<String> values = request.values(header.name());
            if (values.size() == 1) {
                take(header.value(), dialect.isEscaped ? unescaped(values.get(0)) : values.get(0));
            }
        }
    }

    private void takeEnvelope(Dialect dialect, Object payload) throws WebhookVerificationException {
        if (!dialect.members.isEmpty() && !(payload instanceof Map<?, ?>)) {
            throw WebhookVerificationException.malformedBody("its envelope is no object");
        }
        for (Dialect.MemberRule member : dialect.members) {
            Object found = payload;
            for (String name : member.path()) {
                found = found instanceof Map<?, ?> object ? object.get(name) : null;
            }
            if (found != null) {
                take(member.value(), found);
            }
        }
    }

    /** The fields that {@code found} was put together from; none where it does not have that form. */
    private void take(List<Piece> pieces, Object found) {
        if (pieces.size() == 1 && pieces.get(0).isField()) {
            fields.put(pieces.get(0).text(), decoded(pieces.get(0), found));
            return;
        }
        if (pieces.size() == 1 && !pieces.get(0).instead().isEmpty()) {
            // Without metadata of the tenant's own, this is what stands in its place.
            take(pieces.get(0).instead(), found);
            return;
        }
        StringBuilder pattern = new StringBuilder();
        for (Piece piece : pieces) {
            boolean isEntry = piece.kind() == Piece.Kind.METADATA;
            pattern.append(piece.isField() ? "(.*?)" : isEntry ? ".*?" : Pattern.quote(piece.text()));
        }
        Matcher matcher = Pattern.compile(pattern.toString(), Pattern.DOTALL).matcher(String.valueOf(found));
        if (!(found instanceof String) || !matcher.matches()) {
            return;
        }
        int group = 0;
        for (Piece piece : pieces) {
            if (piece.isField()) {
                group++;
                fields.put(piece.text(), decoded(piece, matcher.group(group)));
            }
        }
    }

    /** What a field was before it became a part of a URI. */
    private static Object decoded(Piece piece, Object value) {
        return piece.isEncoded() && value instanceof String text ? unescaped(text) : value;
    }

    /** The value of a header as the sender wrote it before HTTP; what is no UTF-8 without its escapes stays as it is. */
    private static String unescaped(String value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher escapes = ESCAPE.matcher(value);
        int start = 0;
        while (escapes.find()) {
            bytes.writeBytes(value.substring(start, escapes.start()).getBytes(StandardCharsets.UTF_8));
            bytes.write(Integer.parseInt(escapes.group(1), 16));
            start = escapes.end();
        }
        bytes.writeBytes(value.substring(start).getBytes(StandardCharsets.UTF_8));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException error) {
            return value;
        }
    }

    private String text(String name) throws WebhookVerificationException {
        Object value = fields.get(name);
        if (value != null && !(value instanceof String)) {
            throw WebhookVerificationException.malformedBody("its " + name + " is no text");
        }
        return (String) value;
    }

    private Instant time() throws WebhookVerificationException {
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            if (field.getKey().startsWith("event_time")) {
                Long unixMs = Times.parseMs(field.getKey(), field.getValue().toString());
                if (unixMs == null) {
                    throw WebhookVerificationException.malformedBody("its " + field.getKey() + " is no time");
                }
                return Instant.ofEpochMilli(unixMs);
            }
        }
        return null;
    }
}
