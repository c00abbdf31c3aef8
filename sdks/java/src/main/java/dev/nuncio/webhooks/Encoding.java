package dev.nuncio.webhooks;

import java.util.Base64;

/** How the bytes of a signature are written. */
enum Encoding {
    /** Lower-case hexadecimal. */
    HEX,
    /** Base64 with padding (RFC 4648, 4). */
    BASE64,
    /** Base64 for URLs without padding (RFC 4648, 5). */
    BASE64URL;

    String encode(byte[] bytes) {
        return switch (this) {
            case HEX -> Hex.encode(bytes);
            case BASE64 -> Base64.getEncoder().encodeToString(bytes);
            case BASE64URL -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        };
    }

    /** The bytes that {@code text} spells, exactly as {@link #encode} would; {@code null} for other text. */
    byte[] decode(String text) {
        try {
            byte[] bytes = switch (this) {
                case HEX -> Hex.decode(text);
                case BASE64 -> Base64.getDecoder().decode(text);
                case BASE64URL -> Base64.getUrlDecoder().decode(text);
            };
            // The JDK overlooks missing padding and stray bits.
            return this == HEX || encode(bytes).equals(text) ? bytes : null;
        } catch (IllegalArgumentException error) {
            return null;
        }
    }

    /** Base64 whose padding may be missing, since secrets are copied by hand; {@code null} for other text. */
    static byte[] decodeUnpadded(String text) {
        String missing = "=".repeat((4 - text.length() % 4) % 4);
        return BASE64.decode(text + missing);
    }
}
