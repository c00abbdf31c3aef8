package dev.nuncio.webhooks;

import java.nio.charset.StandardCharsets;

/** How a key comes from a secret. {@code privatePrefix} and {@code publicPrefix} are {@code null} without key pairs. */
record SecretRules(
        String key,
        String prefix,
        int keyBytesMin,
        int keyBytesMax,
        String privatePrefix,
        String publicPrefix,
        boolean takesShared,
        boolean isToken) {
    /** Shorter own secrets are guessable. */
    private static final int OWN_BYTES_MIN = 8;
    /** Longer ones gain nothing: HMAC hashes them down to the size of its digest. */
    private static final int OWN_BYTES_MAX = 256;

    /**
     * The key that {@code secret} stands for: one in the dialect's format, a customer's own of 8 to 256 printable ASCII
     * characters, or either half of a key pair.
     *
     * @throws ConfigurationException saying what is wrong with it, without repeating it
     */
    Key verifyingKey(String secret) {
        if (isToken && secret.indexOf(' ') >= 0) {
            throw new ConfigurationException("byte " + secret.indexOf(' ')
                    + " of the secret is a space, which a token cannot hold: give it without");
        }
        if (publicPrefix != null && secret.startsWith(publicPrefix)) {
            return Ed25519.publicKey(secret.substring(publicPrefix.length()), publicPrefix);
        }
        if (privatePrefix != null && secret.startsWith(privatePrefix)) {
            return Ed25519.publicHalf(secret.substring(privatePrefix.length()), privatePrefix);
        }
        if (!takesShared) {
            throw new ConfigurationException(
                    "the secret must be a public key, which starts with `" + publicPrefix + "`");
        }
        if (key.equals("utf8") || !secret.startsWith(prefix)) {
            return own(secret);
        }
        return decoded(secret, secret.substring(prefix.length()));
    }

    private Key decoded(String secret, String rest) {
        byte[] bytes = key.equals("hex") ? Hex.decode(rest) : Encoding.decodeUnpadded(rest);
        if (bytes != null && bytes.length >= keyBytesMin && bytes.length <= keyBytesMax) {
            return new Key.Shared(bytes);
        }
        // Without a prefix nothing tells the dialect's own format from a secret that a customer brought.
        if (prefix.isEmpty()) {
            return own(secret);
        }
        String fault = bytes == null
                ? "the secret must hold " + key
                : "the secret holds " + bytes.length + " bytes, it must hold " + keyBytesMin + " to " + keyBytesMax;
        throw new ConfigurationException("after `" + prefix + "` " + fault + ": copy it whole, as it was shown");
    }

    private static Key own(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < OWN_BYTES_MIN || bytes.length > OWN_BYTES_MAX) {
            throw new ConfigurationException("a secret of " + bytes.length + " bytes: it must have " + OWN_BYTES_MIN
                    + " to " + OWN_BYTES_MAX + "; is the setting that holds it empty?");
        }
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] < 0x20 || bytes[at] >= 0x7f) {
                throw new ConfigurationException(
                        "byte " + at + " of the secret is not printable ASCII: was a line break copied with it?");
            }
        }
        return new Key.Shared(bytes);
    }
}
