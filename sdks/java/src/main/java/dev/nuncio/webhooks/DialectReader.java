package dev.nuncio.webhooks;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the data of a dialect file; keys that only a sender needs are ignored. */
final class DialectReader {
    private static final List<String> TIMESTAMPS = List.of("timestamp_s", "timestamp_ms", "timestamp_rfc3339");

    private DialectReader() {}

    static Dialect read(Object data) {
        Table file = new Table("", data);
        String name = file.text("name");
        try {
            return dialect(name, file);
        } catch (Incomplete | ClassCastException | ArithmeticException error) {
            throw new ConfigurationException(
                    "the dialect `" + name + "` is incomplete: " + error.getMessage() + "; check its file first", error);
        }
    }

    private static Dialect dialect(String name, Table file) {
        if (!file.has("signature")) {
            throw new Incomplete("it has no `signature`, so there is nothing to verify");
        }
        List<Dialect.HeaderRule> headers = new ArrayList<>();
        for (Table header : file.tables("header")) {
            headers.add(new Dialect.HeaderRule(header.text("name"), pieces(header.values.get("value"))));
        }
        List<Signature> signatures = new ArrayList<>();
        List<Scheme> schemes = new ArrayList<>();
        for (Table table : file.tables("signature")) {
            Signature signature = signature(table, headers);
            schemes.addAll(signature.schemes());
            if (!table.text("receivers", "require").equals("ignore")) {
                signatures.add(signature);
            }
        }
        if (signatures.isEmpty()) {
            throw new Incomplete("no `signature` is one that receivers require");
        }
        Table receiver = file.table("receiver");
        Table body = file.table("body");
        return new Dialect(
                name,
                secretRules(file.table("secret"), schemes),
                List.copyOf(headers),
                List.copyOf(signatures),
                file.table("request").text("values", "").equals("cloudevents"),
                body.text("format").equals("form"),
                members(body.tables("members"), List.of()),
                receiver.has("tolerance_s") ? Long.valueOf(receiver.number("tolerance_s", 0)) : null,
                versions(receiver, schemes),
                answers(receiver.table("answers")),
                file.has("handshake") ? handshake(file.table("handshake")) : null);
    }

    private static Signature signature(Table data, List<Dialect.HeaderRule> headers) {
        Signature.Grammar grammar = data.oneOf("grammar", Signature.Grammar.class);
        List<Piece> content = data.has("content") ? pieces(data.values.get("content")) : List.of();
        List<Scheme> schemes = new ArrayList<>();
        for (Table scheme : data.tables("scheme")) {
            schemes.add(scheme(scheme));
        }
        if (schemes.isEmpty()) {
            throw new Incomplete("the signature has no `scheme`");
        }
        Signature.SignedTime time = signedTime(content, data.text("timestamp_key", null), headers);
        String separator = data.text("separator", grammar.defaultSeparator);
        return new Signature(data.text("header"), grammar, separator, content, List.copyOf(schemes), time);
    }

    private static Scheme scheme(Table data) {
        return new Scheme(
                data.text("version", ""),
                data.oneOf("algorithm", Scheme.Algorithm.class),
                data.has("output") ? data.oneOf("output", Encoding.class) : Encoding.BASE64,
                data.text("prefix", ""),
                data.text("user", ""),
                data.text("private_prefix", null),
                data.text("public_prefix", null));
    }

    private static Signature.SignedTime signedTime(
            List<Piece> content, String pair, List<Dialect.HeaderRule> headers) {
        for (Piece piece : content) {
            if (piece.isField() && TIMESTAMPS.contains(piece.text())) {
                String header = pair == null ? Dialect.carrier(headers, piece.text()) : null;
                if (pair == null && header == null) {
                    throw new Incomplete("the signed `" + piece.text() + "` is never sent");
                }
                return new Signature.SignedTime(piece.text(), header, pair);
            }
        }
        return null;
    }

    private static SecretRules secretRules(Table data, List<Scheme> schemes) {
        int bytes = data.number("bytes", 0);
        int least = bytes;
        int most = bytes;
        if (data.values.get("key_bytes") instanceof List<?> range && range.size() == 2) {
            least = ((BigDecimal) range.get(0)).intValueExact();
            most = ((BigDecimal) range.get(1)).intValueExact();
        }
        Scheme pair = null;
        boolean takesShared = false;
        boolean isToken = false;
        for (Scheme scheme : schemes) {
            boolean isPair = scheme.algorithm() == Scheme.Algorithm.ED25519;
            pair = isPair ? scheme : pair;
            takesShared |= !isPair;
            isToken |= scheme.algorithm() == Scheme.Algorithm.TOKEN;
        }
        return new SecretRules(
                data.text("key"),
                data.text("prefix", ""),
                least,
                most,
                pair == null ? null : pair.privatePrefix(),
                pair == null ? null : pair.publicPrefix(),
                takesShared,
                isToken);
    }

    private static List<String> versions(Table receiver, List<Scheme> schemes) {
        List<String> versions = new ArrayList<>();
        if (receiver.values.get("versions") instanceof List<?> named) {
            named.forEach(version -> versions.add(String.valueOf(version)));
        } else {
            schemes.forEach(scheme -> versions.add(scheme.version()));
        }
        return List.copyOf(versions);
    }

    private static Answers answers(Table data) {
        return new Answers(
                data.number("missing", 401), data.number("invalid", 401), data.text("text", "Invalid signature"));
    }

    private static Dialect.HandshakeRules handshake(Table data) {
        Object request = null;
        try {
            request = data.has("request") ? Json.parse(data.text("request")) : null;
        } catch (Json.JsonException error) {
            throw new Incomplete("`handshake.request` is no JSON");
        }
        return new Dialect.HandshakeRules(
                request,
                data.text("challenge", null),
                data.text("answer", null),
                data.text("digest", null),
                data.text("request_header", null),
                data.text("answer_header", null));
    }

    private static List<Dialect.MemberRule> members(List<Table> members, List<String> above) {
        List<Dialect.MemberRule> found = new ArrayList<>();
        for (Table member : members) {
            List<String> path = new ArrayList<>(above);
            path.add(member.text("name"));
            if (member.has("members")) {
                found.addAll(members(member.tables("members"), path));
            } else if (member.has("value")) {
                found.add(new Dialect.MemberRule(List.copyOf(path), pieces(member.values.get("value"))));
            }
        }
        return List.copyOf(found);
    }

    private static List<Piece> pieces(Object value) {
        if (value instanceof List<?> list) {
            List<Piece> pieces = new ArrayList<>();
            list.forEach(item -> pieces.addAll(pieces(item)));
            return List.copyOf(pieces);
        }
        if (value instanceof String field) {
            return List.of(Piece.field(field));
        }
        if (value instanceof Map<?, ?> literal && literal.get("text") instanceof String text) {
            return List.of(new Piece(Piece.Kind.TEXT, text));
        }
        if (value instanceof Map<?, ?> other && other.get("header") instanceof String header) {
            return List.of(new Piece(Piece.Kind.HEADER, header));
        }
        if (value instanceof Map<?, ?> other && other.get("field") instanceof String field) {
            return List.of(new Piece(Piece.Kind.FIELD, field, List.of(), other.containsKey("uri")));
        }
        if (value instanceof Map<?, ?> entry && entry.get("metadata") instanceof String key) {
            Object instead = entry.get("default");
            // Numbers and truth values show nothing of an event.
            boolean isValue = instead instanceof String || instead instanceof List<?> || instead instanceof Map<?, ?>;
            return List.of(new Piece(Piece.Kind.METADATA, key, isValue ? pieces(instead) : List.of(), false));
        }
        throw new Incomplete("a value is neither a field, a text, a header nor metadata");
    }

    /** Data that is no dialect. */
    private static final class Incomplete extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Incomplete(String message) {
            super(message);
        }
    }

    /** A table of the file, which knows its place for messages. */
    private static final class Table {
        final String place;
        final Map<?, ?> values;

        Table(String place, Object value) {
            this.place = place;
            if (!(value instanceof Map<?, ?> map)) {
                throw new ConfigurationException("the dialect's data must hold an object at `" + place + "`");
            }
            this.values = map;
        }

        boolean has(String key) {
            return values.containsKey(key);
        }

        String text(String key) {
            String text = text(key, null);
            if (text == null) {
                throw new ConfigurationException("the dialect's data has no `" + place + key + "`: check its file first");
            }
            return text;
        }

        String text(String key, String otherwise) {
            return values.get(key) instanceof String text ? text : otherwise;
        }

        int number(String key, int otherwise) {
            return values.get(key) instanceof BigDecimal number ? number.intValue() : otherwise;
        }

        /** The constant that the data spells in lower case with hyphens. */
        <E extends Enum<E>> E oneOf(String key, Class<E> kind) {
            String name = text(key);
            try {
                return Enum.valueOf(kind, name.toUpperCase(Locale.ROOT).replace('-', '_'));
            } catch (IllegalArgumentException error) {
                throw new Incomplete("`" + name + "` is no `" + place + key + "`");
            }
        }

        Table table(String key) {
            return new Table(place + key + ".", has(key) ? values.get(key) : Map.of());
        }

        /** The tables of a list, or the one that stands in its place. */
        List<Table> tables(String key) {
            List<Table> tables = new ArrayList<>();
            if (values.get(key) instanceof List<?> items) {
                items.forEach(item -> tables.add(new Table(place + key + ".", item)));
            } else if (values.get(key) instanceof Map<?, ?> only) {
                tables.add(new Table(place + key + ".", only));
            }
            return tables;
        }
    }
}
