package dev.nuncio.webhooks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** One way of signing; a header with versions may have several. */
record Scheme(
        String version,
        Algorithm algorithm,
        Encoding output,
        String prefix,
        String user,
        String privatePrefix,
        String publicPrefix) {
    enum Algorithm {
        HMAC_SHA1("HmacSHA1"),
        HMAC_SHA256("HmacSHA256"),
        HMAC_SHA512("HmacSHA512"),
        ED25519(null),
        /** The secret itself, as in {@code Authorization: Bearer …}. */
        TOKEN(null),
        /** HTTP Basic authentication (RFC 7617) with the secret as password. */
        BASIC(null);

        /** The JDK's name of the MAC. */
        final String mac;

        Algorithm(String mac) {
            this.mac = mac;
        }
    }

    /** A sender lists one signature per key in force; checking more of a key pair's would let anyone occupy the processor. */
    private static final int PAIR_CHECKS_MAX = 8;

    /**
     * Whether one of {@code found} is the signature of {@code content}. However many they are, a shared key signs once; each
     * comparison takes as long wherever the first difference is.
     */
    boolean fitsOne(Key key, byte[] content, List<String> found) {
        List<String> texts = found.stream()
                .filter(text -> text.startsWith(prefix))
                .map(text -> text.substring(prefix.length()))
                .toList();
        if (key instanceof Key.Public pair) {
            return algorithm == Algorithm.ED25519
                    && texts.stream().limit(PAIR_CHECKS_MAX).anyMatch(text -> fits(pair, content, text));
        }
        if (key instanceof Key.Shared shared && algorithm != Algorithm.ED25519 && !texts.isEmpty()) {
            byte[] expected = sign(shared, content).getBytes(StandardCharsets.UTF_8);
            return texts.stream()
                    .anyMatch(text -> MessageDigest.isEqual(expected, text.getBytes(StandardCharsets.UTF_8)));
        }
        return false;
    }

    private boolean fits(Key.Public pair, byte[] content, String text) {
        byte[] signed = output.decode(text);
        return signed != null && Ed25519.verifies(pair, content, signed);
    }

    /** The text of what a shared key signs, without its prefix. */
    String sign(Key.Shared key, byte[] content) {
        return switch (algorithm) {
            case TOKEN -> new String(key.bytes(), StandardCharsets.UTF_8);
            case BASIC -> {
                String credentials = user + ":" + new String(key.bytes(), StandardCharsets.UTF_8);
                yield Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
            }
            case HMAC_SHA1, HMAC_SHA256, HMAC_SHA512 -> output.encode(mac(key, content));
            case ED25519 -> throw new IllegalStateException("a shared key cannot make an ed25519 signature");
        };
    }

    private byte[] mac(Key.Shared key, byte[] content) {
        try {
            Mac mac = Mac.getInstance(algorithm.mac);
            mac.init(new SecretKeySpec(key.bytes(), algorithm.mac));
            return mac.doFinal(content);
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException("every JDK has " + algorithm.mac, error);
        }
    }
}
