<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Verification;

use Nuncio\Webhooks\Dialect\Scheme;

/** The bytes of an HMAC key, or of a static token. Never shown. */
final class SharedKey implements Key
{
    private const HASHES = ['hmac-sha1' => 'sha1', 'hmac-sha256' => 'sha256', 'hmac-sha512' => 'sha512'];

    public function __construct(#[\SensitiveParameter] private readonly string $bytes)
    {
    }

    public function fitsOne(Scheme $scheme, string $content, array $found): bool
    {
        $expected = $found === [] ? null : $this->sign($scheme, $content);
        foreach ($found as $text) {
            if ($expected !== null && hash_equals($expected, $text)) {
                return true;
            }
        }

        return false;
    }

    /** What it writes for `$content`, without the scheme's prefix; null where only key pairs sign. */
    public function sign(Scheme $scheme, string $content): ?string
    {
        if ($scheme->algorithm === 'token') {
            return $this->bytes;
        }
        if ($scheme->algorithm === 'basic') {
            return base64_encode("$scheme->user:$this->bytes");
        }
        $hash = self::HASHES[$scheme->algorithm] ?? null;

        return $hash === null
            ? null
            : Encoding::encode($scheme->output, hash_hmac($hash, $content, $this->bytes, true));
    }

    /** @return array<string, string> */
    public function __debugInfo(): array
    {
        return ['bytes' => '[secret]'];
    }
}
