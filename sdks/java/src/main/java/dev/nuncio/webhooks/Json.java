package dev.nuncio.webhooks;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON (RFC 8259), strictly: objects become {@link LinkedHashMap}, arrays {@link ArrayList}, numbers {@link BigDecimal}.
 * Of duplicate names the last wins.
 */
final class Json {
    /** Deeper nesting is an attack on the stack, not an event. */
    private static final int DEPTH_MAX = 256;

    /** An exponent of more digits makes numbers that cost gigabytes to write out. */
    private static final int EXPONENT_DIGITS_MAX = 4;

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    /** Text that is no JSON. */
    static final class JsonException extends Exception {
        private static final long serialVersionUID = 1L;

        JsonException(String message) {
            super(message);
        }
    }

    /** Reads UTF-8 JSON. */
    static Object parse(byte[] bytes) throws JsonException {
        try {
            return parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException error) {
            throw new JsonException("it is not UTF-8");
        }
    }

    /** Reads one JSON text with nothing after it. */
    static Object parse(String text) throws JsonException {
        Json json = new Json(text);
        Object value = json.value();
        json.skipSpace();
        if (json.at != text.length()) {
            throw json.fault();
        }
        return value;
    }

    private Object value() throws JsonException {
        skipSpace();
        switch (peek()) {
            case '{':
                return object();
            case '[':
                return array();
            case '"':
                return string();
            case 't':
                return word("true", Boolean.TRUE);
            case 'f':
                return word("false", Boolean.FALSE);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> object() throws JsonException {
        Map<String, Object> members = new LinkedHashMap<>();
        open();
        while (more('}', members.isEmpty())) {
            skipSpace();
            String name = string();
            skipSpace();
            expect(':');
            members.put(name, value());
        }
        return members;
    }

    private List<Object> array() throws JsonException {
        List<Object> items = new ArrayList<>();
        open();
        while (more(']', items.isEmpty())) {
            items.add(value());
        }
        return items;
    }

    private void open() throws JsonException {
        at++;
        depth++;
        if (depth > DEPTH_MAX) {
            throw new JsonException("it is nested too deeply");
        }
    }

    /** Whether another item follows; takes the comma before it, or the bracket that ends the list. */
    private boolean more(char end, boolean isFirst) throws JsonException {
        skipSpace();
        if (peek() == end) {
            at++;
            depth--;
            return false;
        }
        if (!isFirst) {
            expect(',');
        }
        return true;
    }

    private String string() throws JsonException {
        expect('"');
        StringBuilder read = new StringBuilder();
        while (true) {
            char next = take();
            if (next == '"') {
                return read.toString();
            } else if (next == '\\') {
                read.append(escape());
            } else if (next < ' ') {
                throw fault();
            } else {
                read.append(next);
            }
        }
    }

    private char escape() throws JsonException {
        char kind = take();
        int simple = "\"\\/bfnrt".indexOf(kind);
        if (simple >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(simple);
        }
        if (kind != 'u') {
            throw fault();
        }
        int code = 0;
        for (int digit = 0; digit < 4; digit++) {
            int value = Hex.digit(take());
            if (value < 0) {
                throw fault();
            }
            code = code * 16 + value;
        }
        return (char) code;
    }

    private BigDecimal number() throws JsonException {
        int start = at;
        skip('-');
        if (!skip('0')) {
            digits();
        }
        if (skip('.')) {
            digits();
        }
        if (skip('e') || skip('E')) {
            if (!skip('+')) {
                skip('-');
            }
            if (digits() > EXPONENT_DIGITS_MAX) {
                throw new JsonException("a number of it is too large");
            }
        }
        return new BigDecimal(text.substring(start, at));
    }

    private int digits() throws JsonException {
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == start) {
            throw fault();
        }
        return at - start;
    }

    private Object word(String word, Object value) throws JsonException {
        if (!text.startsWith(word, at)) {
            throw fault();
        }
        at += word.length();
        return value;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean skip(char wanted) {
        boolean found = peek() == wanted;
        at += found ? 1 : 0;
        return found;
    }

    private void expect(char wanted) throws JsonException {
        if (take() != wanted) {
            throw fault();
        }
    }

    private char take() throws JsonException {
        if (at >= text.length()) {
            throw fault();
        }
        return text.charAt(at++);
    }

    /** The next character; at the end one that stands nowhere in JSON. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\uffff';
    }

    private JsonException fault() {
        return new JsonException("it is no JSON at character " + at);
    }

    /** Writes what {@link #parse} reads, without white space; every number keeps its value and its digits. */
    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> members) {
            String before = "{";
            for (Map.Entry<?, ?> member : members.entrySet()) {
                quote(member.getKey().toString(), out.append(before));
                write(member.getValue(), out.append(':'));
                before = ",";
            }
            out.append(members.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> items) {
            String before = "[";
            for (Object item : items) {
                write(item, out.append(before));
                before = ",";
            }
            out.append(items.isEmpty() ? "[]" : "]");
        } else if (value instanceof String string) {
            quote(string, out);
        } else {
            out.append(value);
        }
    }

    private static void quote(String string, StringBuilder out) {
        out.append('"');
        for (char next : string.toCharArray()) {
            if (next == '"' || next == '\\') {
                out.append('\\').append(next);
            } else if (next < ' ' || Character.isSurrogate(next)) {
                out.append(String.format("\\u%04x", (int) next));
            } else {
                out.append(next);
            }
        }
        out.append('"');
    }
}
