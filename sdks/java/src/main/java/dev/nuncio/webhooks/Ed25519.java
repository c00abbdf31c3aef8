package dev.nuncio.webhooks;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Set;

/** ed25519 (RFC 8032) with the JDK's own provider. */
final class Ed25519 {
    private static final int HALF_BYTES = 32;
    /** What stands before the 32 bytes of a public key in its X.509 form (RFC 8410). */
    private static final byte[] X509_PREFIX = Hex.decode("302a300506032b6570032100");

    private static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger CURVE_D =
            new BigInteger("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3", 16);

    /** Points of small order, the sign bit cleared: under such a key anyone can make signatures. */
    private static final Set<String> SMALL_ORDER = Set.of(
            "00".repeat(32),
            "01" + "00".repeat(31),
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "ec" + "ff".repeat(30) + "7f",
            "ed" + "ff".repeat(30) + "7f",
            "ee" + "ff".repeat(30) + "7f");

    private Ed25519() {}

    /** The public key that base64 {@code text} holds. */
    static Key.Public publicKey(String text, String prefix) {
        byte[] bytes = Encoding.decodeUnpadded(text);
        if (bytes == null || bytes.length != HALF_BYTES || isSmallOrder(bytes) || !isPoint(bytes)) {
            throw noKey(prefix);
        }
        return new Key.Public(decode(bytes));
    }

    /** The public half of a private key: 32 bytes of seed, or those and the public key. */
    static Key.Public publicHalf(String text, String prefix) {
        byte[] bytes = Encoding.decodeUnpadded(text);
        if (bytes == null || bytes.length != HALF_BYTES && bytes.length != 2 * HALF_BYTES) {
            throw noKey(prefix);
        }
        PublicKey derived = derive(Arrays.copyOf(bytes, HALF_BYTES));
        byte[] encoded = derived.getEncoded();
        byte[] half = Arrays.copyOfRange(encoded, encoded.length - HALF_BYTES, encoded.length);
        if (bytes.length > HALF_BYTES && !Arrays.equals(half, 0, HALF_BYTES, bytes, HALF_BYTES, 2 * HALF_BYTES)) {
            throw noKey(prefix);
        }
        return new Key.Public(derived);
    }

    /** Refuses signatures whose first half proves nothing, as strict verifiers do. */
    static boolean verifies(Key.Public key, byte[] content, byte[] signed) {
        if (signed.length != 2 * HALF_BYTES || isSmallOrder(Arrays.copyOf(signed, HALF_BYTES))) {
            return false;
        }
        try {
            java.security.Signature verifier = java.security.Signature.getInstance("Ed25519");
            verifier.initVerify(key.key());
            verifier.update(content);
            return verifier.verify(signed);
        } catch (GeneralSecurityException error) {
            return false;
        }
    }

    private static PublicKey decode(byte[] bytes) {
        byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + HALF_BYTES);
        System.arraycopy(bytes, 0, encoded, X509_PREFIX.length, HALF_BYTES);
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException("every JDK since 15 has ed25519", error);
        }
    }

    /** The JDK derives public keys only while it makes a pair, so its chance is the seed. */
    private static PublicKey derive(byte[] seed) {
        SecureRandom chance = new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(seed, 0, bytes, 0, HALF_BYTES);
            }
        };
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, chance);
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException("every JDK since 15 has ed25519", error);
        }
    }

    private static boolean isSmallOrder(byte[] point) {
        return SMALL_ORDER.contains(Hex.encode(withoutSign(point)));
    }

    /** Whether the curve has a point with this y: whether (y² - 1) / (d·y² + 1) is a square (Euler's criterion). */
    private static boolean isPoint(byte[] bytes) {
        byte[] bigEndian = new byte[HALF_BYTES];
        byte[] y = withoutSign(bytes);
        for (int at = 0; at < HALF_BYTES; at++) {
            bigEndian[at] = y[HALF_BYTES - 1 - at];
        }
        BigInteger square = new BigInteger(1, bigEndian).modPow(BigInteger.TWO, PRIME);
        BigInteger divisor = CURVE_D.multiply(square).add(BigInteger.ONE).modInverse(PRIME);
        BigInteger xSquare = square.subtract(BigInteger.ONE).multiply(divisor).mod(PRIME);
        BigInteger half = PRIME.subtract(BigInteger.ONE).shiftRight(1);
        return xSquare.modPow(half, PRIME).compareTo(BigInteger.ONE) <= 0;
    }

    private static byte[] withoutSign(byte[] point) {
        byte[] cleared = point.clone();
        cleared[HALF_BYTES - 1] &= 0x7f;
        return cleared;
    }

    private static ConfigurationException noKey(String prefix) {
        return new ConfigurationException(
                "after `" + prefix + "` the secret holds no valid ed25519 key: copy it whole, as it was shown");
    }
}
