package dev.nuncio.webhooks;

import java.security.PublicKey;

/** What a secret becomes before it verifies. Never shown. */
sealed interface Key {
    /** The bytes of an HMAC key, or of a static token. */
    record Shared(byte[] bytes) implements Key {
        @Override
        public String toString() {
            return "[secret]";
        }
    }

    /** The public half of an ed25519 pair. */
    record Public(PublicKey key) implements Key {}
}
