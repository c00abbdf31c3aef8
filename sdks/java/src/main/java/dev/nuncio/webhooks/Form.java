package dev.nuncio.webhooks;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Form bodies ({@code application/x-www-form-urlencoded}), read as the URL standard says: reading never fails. */
final class Form {
    private Form() {}

    private record Parameter(byte[] name, byte[] value) {}

    /** Name and value of every parameter, sorted by name (then value), with nothing between them. */
    static byte[] sorted(byte[] body) {
        List<Parameter> parameters = parameters(body);
        parameters.sort(Comparator.comparing(Parameter::name, Arrays::compareUnsigned)
                .thenComparing(Parameter::value, Arrays::compareUnsigned));
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (Parameter parameter : parameters) {
            joined.writeBytes(parameter.name);
            joined.writeBytes(parameter.value);
        }
        return joined.toByteArray();
    }

    /** The parameters as a map; of one that is there twice, the last. */
    static Map<String, Object> flat(byte[] body) throws CharacterCodingException {
        Map<String, Object> flat = new LinkedHashMap<>();
        for (Parameter parameter : parameters(body)) {
            flat.put(text(parameter.name), text(parameter.value));
        }
        return flat;
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    private static List<Parameter> parameters(byte[] body) {
        // Latin-1 maps every byte to one character and back.
        String text = new String(body, StandardCharsets.ISO_8859_1);
        List<Parameter> parameters = new ArrayList<>();
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                String[] halves = pair.split("=", 2);
                parameters.add(new Parameter(decode(halves[0]), decode(halves.length > 1 ? halves[1] : "")));
            }
        }
        return parameters;
    }

    private static byte[] decode(String text) {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(text.length());
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            byte[] escaped = next == '%' && at + 3 <= text.length() ? Hex.decode(text.substring(at + 1, at + 3)) : null;
            if (escaped != null) {
                decoded.writeBytes(escaped);
                at += 2;
            } else {
                decoded.write(next == '+' ? ' ' : next);
            }
        }
        return decoded.toByteArray();
    }
}
