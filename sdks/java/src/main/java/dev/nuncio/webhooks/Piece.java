package dev.nuncio.webhooks;

import java.util.List;

/**
 * One piece of a value: a field (in whatever words), a literal text, another header of the request, or an entry of the tenant's
 * metadata. {@code instead} stands in the place of metadata that the tenant does not have; what {@code isEncoded} is
 * percent-encoded, as a part of a URI.
 */
record Piece(Kind kind, String text, List<Piece> instead, boolean isEncoded) {
    enum Kind {
        FIELD,
        TEXT,
        HEADER,
        METADATA
    }

    Piece(Kind kind, String text) {
        this(kind, text, List.of(), false);
    }

    static Piece field(String name) {
        return new Piece(Kind.FIELD, name);
    }

    boolean isField() {
        return kind == Kind.FIELD;
    }

    boolean isText() {
        return kind == Kind.TEXT;
    }
}
