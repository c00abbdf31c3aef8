package dev.nuncio.webhooks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
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

    /** Whether {@code found} is the signature of {@code content}; takes as long wherever the first difference is. */
    boolean fits(Key key, byte[] content, String found) {
        if (!found.startsWith(prefix)) {
            return false;
        }
        String text = found.substring(prefix.length());
        if (key instanceof Key.Public pair) {
            byte[] signed = algorithm == Algorithm.ED25519 ? output.decode(text) : null;
            return signed != null && Ed25519.verifies(pair, content, signed);
        }
        if (key instanceof Key.Shared shared && algorithm != Algorithm.ED25519) {
            byte[] expected = sign(shared, content).getBytes(StandardCharsets.UTF_8);
            return MessageDigest.isEqual(expected, text.getBytes(StandardCharsets.UTF_8));
        }
        return false;
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
