<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Verification;

use Nuncio\Webhooks\Dialect\Scheme;
use Nuncio\Webhooks\Exception\SecretException;

/** The public half of an ed25519 pair (RFC 8032): 32 bytes. */
final class PublicKey implements Key
{
    /** A sender lists one signature per key in force; checking more would let anyone occupy the processor. */
    private const CHECKS_MAX = 8;

    private function __construct(private readonly string $bytes)
    {
    }

    /**
     * The public key that base64 `$text` holds.
     *
     * @throws SecretException for other text, a key that proves nothing, or without the sodium extension
     */
    public static function ofPublic(string $text, string $prefix): self
    {
        self::requireSodium();
        $bytes = Encoding::decodeBase64($text);
        if ($bytes === null || strlen($bytes) !== SODIUM_CRYPTO_SIGN_PUBLICKEYBYTES || !self::isSound($bytes)) {
            throw self::noKey($prefix);
        }

        return new self($bytes);
    }

    /**
     * The public half of the private key that base64 `$text` holds: 32 bytes of seed, or those and the public key.
     *
     * @throws SecretException as {@see ofPublic}, and for two halves that do not belong together
     */
    public static function ofPrivate(#[\SensitiveParameter] string $text, string $prefix): self
    {
        self::requireSodium();
        $bytes = Encoding::decodeBase64($text) ?? '';
        if (!in_array(strlen($bytes), [32, 64], true)) {
            throw self::noKey($prefix);
        }
        $public = sodium_crypto_sign_publickey(sodium_crypto_sign_seed_keypair(substr($bytes, 0, 32)));
        if (!in_array(substr($bytes, 32), ['', $public], true)) {
            throw self::noKey($prefix);
        }

        return new self($public);
    }

    public function fitsOne(Scheme $scheme, string $content, array $found): bool
    {
        foreach (array_slice($found, 0, self::CHECKS_MAX) as $text) {
            $signature = $scheme->algorithm === 'ed25519' ? Encoding::decode($scheme->output, $text) : null;
            if (
                $signature !== null
                && strlen($signature) === SODIUM_CRYPTO_SIGN_BYTES
                && sodium_crypto_sign_verify_detached($signature, $content, $this->bytes)
            ) {
                return true;
            }
        }

        return false;
    }

    /** Under a point of small order anyone can make signatures; the conversion refuses it, and what is no point. */
    private static function isSound(string $bytes): bool
    {
        try {
            return sodium_crypto_sign_ed25519_pk_to_curve25519($bytes) !== '';
        } catch (\SodiumException) {
            return false;
        }
    }

    private static function requireSodium(): void
    {
        if (!extension_loaded('sodium')) {
            throw new SecretException('ed25519 keys need the PHP extension `sodium`: enable it');
        }
    }

    private static function noKey(string $prefix): SecretException
    {
        return new SecretException(
            "after `$prefix` the secret holds no valid ed25519 key: copy it whole, as it was shown",
        );
    }
}
