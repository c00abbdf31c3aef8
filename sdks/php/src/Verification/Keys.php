<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Verification;

use Nuncio\Webhooks\Dialect\SecretRules;
use Nuncio\Webhooks\Exception\SecretException;

/** How secrets become keys. */
final class Keys
{
    /** Shorter own secrets are guessable. */
    private const OWN_BYTES_MIN = 8;
    /** Longer ones gain nothing: HMAC hashes them down to the size of its digest. */
    private const OWN_BYTES_MAX = 256;

    /**
     * The key to verify with that a secret stands for: one in the dialect's format, a customer's own of 8 to 256
     * printable ASCII characters, or either half of a key pair.
     *
     * @throws SecretException saying what is wrong with it, without repeating it
     */
    public static function verifying(SecretRules $rules, #[\SensitiveParameter] string $secret): Key
    {
        $at = strpos($secret, ' ');
        if ($rules->isToken && $at !== false) {
            throw new SecretException("byte $at of the secret is a space, which a token cannot hold: give it without");
        }
        $public = self::after($rules->publicPrefix, $secret);
        if ($public !== null) {
            return PublicKey::ofPublic($public, (string) $rules->publicPrefix);
        }
        $private = self::after($rules->privatePrefix, $secret);
        if ($private !== null) {
            return PublicKey::ofPrivate($private, (string) $rules->privatePrefix);
        }
        if (!$rules->takesShared) {
            throw new SecretException("the secret must be a public key, which starts with `$rules->publicPrefix`");
        }

        return new SharedKey(self::shared($rules, $secret));
    }

    private static function shared(SecretRules $rules, #[\SensitiveParameter] string $secret): string
    {
        $rest = self::after($rules->prefix, $secret);
        if ($rules->key === 'utf8' || $rest === null) {
            return self::own($secret);
        }
        $bytes = $rules->key === 'hex' ? Encoding::decodeHex($rest) : Encoding::decodeBase64($rest);
        [$least, $most] = [$rules->keyBytesMin, $rules->keyBytesMax];
        if ($bytes !== null && strlen($bytes) >= $least && strlen($bytes) <= $most) {
            return $bytes;
        }
        // Without a prefix nothing tells the dialect's own format from a secret that a customer brought.
        if ($rules->prefix === '') {
            return self::own($secret);
        }
        $holds = $bytes === null
            ? "must hold $rules->key"
            : 'holds ' . strlen($bytes) . " bytes, it must hold $least to $most";
        throw new SecretException("after `$rules->prefix` the secret $holds: copy it whole, as it was shown");
    }

    private static function own(#[\SensitiveParameter] string $secret): string
    {
        $bytes = strlen($secret);
        if ($bytes < self::OWN_BYTES_MIN || $bytes > self::OWN_BYTES_MAX) {
            $range = self::OWN_BYTES_MIN . ' to ' . self::OWN_BYTES_MAX;
            throw new SecretException(
                "a secret of $bytes bytes: it must have $range; is the setting that holds it empty?",
            );
        }
        if (preg_match('/[^\x20-\x7e]/', $secret, $match, PREG_OFFSET_CAPTURE) === 1) {
            $at = $match[0][1];
            throw new SecretException(
                "byte $at of the secret is not printable ASCII: was a line break copied with it?",
            );
        }

        return $secret;
    }

    private static function after(?string $prefix, #[\SensitiveParameter] string $secret): ?string
    {
        return $prefix !== null && str_starts_with($secret, $prefix) ? substr($secret, strlen($prefix)) : null;
    }
}
