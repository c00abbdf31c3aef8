<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Verification;

/** Times as the wire shows them, to and from Unix milliseconds. */
final class Time
{
    private const RFC3339 = '/\A(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{3}))?Z\z/';

    /**
     * Unix milliseconds of a time in the form of that field (`…_s`, `…_ms`, `…_rfc3339`); null for other text.
     *
     * Signs, spaces and more than 15 digits are no number of seconds or milliseconds that anyone sends.
     */
    public static function parseMs(string $field, string $text): ?int
    {
        if (str_contains($field, 'rfc3339')) {
            return self::parseRfc3339Ms($text);
        }
        if (preg_match('/\A[0-9]{1,15}\z/', $text) !== 1) {
            return null;
        }

        return (int) $text * (str_ends_with($field, '_ms') ? 1 : 1000);
    }

    /** Unix milliseconds of `2026-04-26T12:34:56Z` or `…56.123Z` (RFC 3339 in UTC), as dialects write it. */
    public static function parseRfc3339Ms(string $text): ?int
    {
        if (preg_match(self::RFC3339, $text, $match) !== 1) {
            return null;
        }
        [$year, $month, $day, $hour, $minute, $second] = array_map('intval', array_slice($match, 1, 6));
        if (!checkdate($month, $day, $year) || $hour > 23 || $minute > 59 || $second > 59) {
            return null;
        }
        // Not gmmktime, which takes the years 0 to 100 for those around 2000.
        $midnight = new \DateTimeImmutable(substr($text, 0, 10) . 'T00:00:00Z');
        $seconds = $midnight->getTimestamp() + $hour * 3600 + $minute * 60 + $second;

        return $seconds * 1000 + (int) ($match[7] ?? 0);
    }

    /** That moment in UTC. */
    public static function toDateTime(int $unixMs): \DateTimeImmutable
    {
        $ms = (($unixMs % 1000) + 1000) % 1000;
        $seconds = intdiv($unixMs - $ms, 1000);

        return (new \DateTimeImmutable('@' . $seconds))
            ->setTimezone(new \DateTimeZone('UTC'))
            ->modify("+$ms milliseconds");
    }
}
