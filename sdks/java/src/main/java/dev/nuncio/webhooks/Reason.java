package dev.nuncio.webhooks;

import java.util.Locale;

/** Why a request is refused. */
public enum Reason {
    /** A header that the dialect needs is not there. */
    MISSING_HEADER,
    /** A header is not of the dialect's form, or is there twice. */
    MALFORMED_HEADER,
    /** No secret fits any signature of an accepted version. */
    BAD_SIGNATURE,
    /** The signed time is too far in the past. */
    TOO_OLD,
    /** The signed time is too far in the future. */
    TOO_NEW,
    /** A genuine request whose body is not what the dialect sends. */
    MALFORMED_BODY;

    /**
     * The stable name, the same in every Nuncio library.
     *
     * @return such as {@code bad_signature}
     */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
