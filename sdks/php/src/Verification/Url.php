<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Verification;

/** How a signed URL may be spelled. */
final class Url
{
    private const PARTS = '~\A(https?:)(//(?:\[[^]]*]|[^/?#:[\]]*))(:[0-9]+)?([/?#].*)?\z~is';
    private const DEFAULT_PORTS = ['http:' => ':80', 'https:' => ':443'];

    /**
     * The texts that a sender may have signed for a URL: itself, and with its scheme's default port left out or added,
     * since both name one endpoint and frameworks differ in which they show. Nothing else is changed.
     *
     * @return list<string>
     */
    public static function signed(string $url): array
    {
        if (preg_match(self::PARTS, $url, $match) !== 1) {
            return [$url];
        }
        [, $scheme, $host] = $match;
        [$port, $rest] = [$match[3] ?? '', $match[4] ?? ''];
        $default = self::DEFAULT_PORTS[strtolower($scheme)];

        return match ($port) {
            '' => [$url, $scheme . $host . $default . $rest],
            $default => [$url, $scheme . $host . $rest],
            default => [$url],
        };
    }
}
