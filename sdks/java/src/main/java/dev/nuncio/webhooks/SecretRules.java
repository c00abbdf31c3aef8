package dev.nuncio.webhooks;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

    private static final String BLANKS = " \t\r\n";
    private static final String LINE_BREAKS = "\t\r\n";
    /** Base64 of random bytes has digits and letters of both cases; a phrase with blanks of its own does not. */
    private static final Pattern ENCODED = Pattern.compile("(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/ ]+=*");

    private static final String QUOTES = "\"'`";
    private static final Pattern AROUND = Pattern.compile("^[ \t\r\n]+|[ \t\r\n]+\\z");

    /**
     * The key that {@code secret} stands for: one in the dialect's format, a customer's own of 8 to 256 printable ASCII
     * characters, or either half of a key pair. Where the key is decoded, blanks around are no part of it.
     *
     * @throws ConfigurationException saying what is wrong with it, without repeating it
     */
    Key verifyingKey(String given) {
        String secret = key.equals("utf8") ? given : pasted(given);
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
        return key.equals("utf8") ? own(secret) : decoded(secret);
    }

    /** There is no secret. */
    static ConfigurationException missing() {
        return new ConfigurationException(
                "the endpoint's secret is missing: give the one that was shown when the endpoint was created");
    }

    /** The secret without blanks around. Refuses what was copied with something else around or in it: another key. */
    private String pasted(String given) {
        String secret = AROUND.matcher(given).replaceAll("");
        if (secret.isEmpty()) {
            throw missing();
        }
        if (QUOTES.indexOf(secret.charAt(0)) >= 0 || QUOTES.indexOf(secret.charAt(secret.length() - 1)) >= 0) {
            throw new ConfigurationException("the secret is in quotes: give it without them");
        }
        List<String> prefixes = Stream.of(prefix, privatePrefix, publicPrefix)
                .filter(one -> one != null && !one.isEmpty())
                .toList();
        boolean isPhrase = prefixes.stream().noneMatch(secret::startsWith) && !ENCODED.matcher(secret).matches();
        String blanks = isPhrase ? LINE_BREAKS : BLANKS;
        for (int at = 0; at < secret.length(); at++) {
            if (blanks.indexOf(secret.charAt(at)) >= 0) {
                throw new ConfigurationException("character " + at
                        + " of the secret is a blank or line break: copy it in one piece, as it was shown");
            }
        }
        for (String first : prefixes) {
            if (prefixes.stream().anyMatch(second -> secret.startsWith(first + second))) {
                throw new ConfigurationException("the secret's prefix `" + first
                        + "` is there twice, or before another: copy it as it was shown");
            }
        }
        checkPrintable(secret.getBytes(StandardCharsets.UTF_8));
        return secret;
    }

    private byte[] decode(String text) {
        return key.equals("hex") ? Hex.decode(text) : Encoding.decodeUnpadded(text);
    }

    private Key decoded(String secret) {
        if (!secret.startsWith(prefix)) {
            // Receivers of other makes decode what has no prefix, too; what does not decode is keyed as its text.
            Key own = own(secret);
            byte[] found = decode(secret);
            return found == null ? own : new Key.Shared(found);
        }
        byte[] bytes = decode(secret.substring(prefix.length()));
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
        checkPrintable(bytes);
        return new Key.Shared(bytes);
    }

    private static void checkPrintable(byte[] bytes) {
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] < 0x20 || bytes[at] >= 0x7f) {
                throw new ConfigurationException(
                        "byte " + at + " of the secret is not printable ASCII: was a line break copied with it?");
            }
        }
    }
}
