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
    private const BLANKS = " \t\r\n";
    private const QUOTES = '"\'`';

    /**
     * The key to verify with that a secret stands for: one in the dialect's format, a customer's own of 8 to 256
     * printable ASCII characters, or either half of a key pair. Where the key is decoded, blanks around are no part of
     * it.
     *
     * @throws SecretException saying what is wrong with it, without repeating it
     */
    public static function verifying(SecretRules $rules, #[\SensitiveParameter] string $secret): Key
    {
        if ($rules->key !== 'utf8') {
            $secret = trim($secret, self::BLANKS);
            self::checkPasted($rules, $secret);
        }
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
        if ($rules->key === 'utf8') {
            return self::own($secret);
        }
        $decode = $rules->key === 'hex' ? Encoding::decodeHex(...) : Encoding::decodeBase64(...);
        $rest = self::after($rules->prefix, $secret);
        if ($rest === null) {
            // Receivers of other makes decode what has no prefix, too; what does not decode is keyed as its text.
            $own = self::own($secret);

            return $decode($secret) ?? $own;
        }
        $bytes = $decode($rest);
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
        self::checkPrintable($secret);

        return $secret;
    }

    /** Refuses what was copied with something around or in it, which would be another key. */
    private static function checkPasted(SecretRules $rules, #[\SensitiveParameter] string $secret): void
    {
        if ($secret === '') {
            throw self::missing();
        }
        if (str_contains(self::QUOTES, $secret[0]) || str_contains(self::QUOTES, $secret[-1])) {
            throw new SecretException('the secret is in quotes: give it without them');
        }
        $prefixes = array_filter([$rules->prefix, (string) $rules->privatePrefix, (string) $rules->publicPrefix]);
        $hasPrefix = array_filter($prefixes, static fn (string $one): bool => str_starts_with($secret, $one)) !== [];
        $at = strcspn($secret, $hasPrefix || self::looksEncoded($secret) ? self::BLANKS : trim(self::BLANKS, ' '));
        if ($at < strlen($secret)) {
            throw new SecretException(
                "character $at of the secret is a blank or line break: copy it in one piece, as it was shown",
            );
        }
        foreach ($prefixes as $first) {
            foreach ($prefixes as $second) {
                if (str_starts_with($secret, $first . $second)) {
                    throw new SecretException(
                        "the secret's prefix `$first` is there twice, or before another: copy it as it was shown",
                    );
                }
            }
        }
        self::checkPrintable($secret);
    }

    /** Base64 of random bytes has digits and letters of both cases; a phrase with blanks of its own does not. */
    private static function looksEncoded(#[\SensitiveParameter] string $secret): bool
    {
        return preg_match('~\A(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/ ]+=*\z~', $secret) === 1;
    }

    private static function checkPrintable(#[\SensitiveParameter] string $secret): void
    {
        if (preg_match('/[^\x20-\x7e]/', $secret, $match, PREG_OFFSET_CAPTURE) === 1) {
            $at = $match[0][1];
            throw new SecretException(
                "byte $at of the secret is not printable ASCII: was a line break copied with it?",
            );
        }
    }

    /** There is no secret. */
    public static function missing(): SecretException
    {
        return new SecretException(
            "the endpoint's secret is missing: give the one that was shown when the endpoint was created",
        );
    }

    private static function after(?string $prefix, #[\SensitiveParameter] string $secret): ?string
    {
        return $prefix !== null && str_starts_with($secret, $prefix) ? substr($secret, strlen($prefix)) : null;
    }
}
