<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Verification;

/** Text forms of keys and signatures. */
final class Encoding
{
    /** Bytes as `hex` (lower case), `base64` (padded) or `base64url` (not padded). */
    public static function encode(string $output, string $bytes): string
    {
        return match ($output) {
            'hex' => bin2hex($bytes),
            'base64url' => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '='),
            default => base64_encode($bytes),
        };
    }

    /** The inverse; null for any other text, so that one signature has one spelling (hexadecimal in either case). */
    public static function decode(string $output, string $text): ?string
    {
        if ($output === 'hex') {
            return self::decodeHex($text);
        }
        $bytes = base64_decode(strtr($text, '-_', '+/'), true);

        return $bytes !== false && self::encode($output, $bytes) === $text ? $bytes : null;
    }

    /** Hexadecimal digits in either case, and nothing else. */
    public static function decodeHex(string $text): ?string
    {
        $isHex = strlen($text) % 2 === 0 && strspn($text, '0123456789abcdefABCDEF') === strlen($text);

        return $isHex ? (string) hex2bin($text) : null;
    }

    /** Base64 whose padding may be missing: secrets are copied by hand. */
    public static function decodeBase64(string $text): ?string
    {
        $bytes = base64_decode(rtrim($text, '='), true);
        if ($bytes === false) {
            return null;
        }
        $canonical = base64_encode($bytes);
        $isWhole = strlen($text) >= strlen(rtrim($canonical, '='));

        return $isWhole && str_starts_with($canonical, $text) ? $bytes : null;
    }
}
