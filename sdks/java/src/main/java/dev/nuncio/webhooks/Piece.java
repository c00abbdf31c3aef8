package dev.nuncio.webhooks;

/** One piece of a value: a field, a literal text, or another header of the request. */
record Piece(Kind kind, String text) {
    enum Kind {
        FIELD,
        TEXT,
        HEADER
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
