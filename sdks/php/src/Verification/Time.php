<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Verification;

/** Times as the wire shows them, to and from Unix milliseconds. */
final class Time
{
    private const RFC3339 = '/\A(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?'
        . '(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))\z/i';
    private const DAY_MS = 86_400_000;

    /**
     * Unix milliseconds of a time in the form of that field (`…_s`, `…_ms`, `…_rfc3339`); null for other text.
     *
     * Spaces, a plus and more than 15 digits are no number of seconds or milliseconds that anyone sends; only events
     * may lie before 1970.
     */
    public static function parseMs(string $field, string $text): ?int
    {
        if (str_contains($field, 'rfc3339')) {
            return self::parseRfc3339Ms($text);
        }
        $sign = str_starts_with($field, 'event_') ? '-?' : '';
        if (preg_match("/\\A{$sign}[0-9]{1,15}\\z/", $text) !== 1) {
            return null;
        }

        return (int) $text * (str_ends_with($field, '_ms') ? 1 : 1000);
    }

    /** Unix milliseconds of every form that RFC 3339 allows; what is finer is cut off. */
    public static function parseRfc3339Ms(string $text): ?int
    {
        if (preg_match(self::RFC3339, $text, $match) !== 1) {
            return null;
        }
        [$year, $month, $day, $hour, $minute, $second] = array_map('intval', array_slice($match, 1, 6));
        if (!self::isDate($year, $month, $day) || $hour > 23 || $minute > 59 || $second > 60) {
            return null;
        }
        // Not gmmktime, which takes the years 0 to 100 for those around 2000.
        $midnight = new \DateTimeImmutable(substr($text, 0, 10) . 'T00:00:00Z');
        $offset = ((int) ($match[9] ?? 0)) * 3600 + ((int) ($match[10] ?? 0)) * 60;
        $seconds = $midnight->getTimestamp() + $hour * 3600 + $minute * 60 + $second;
        $unixMs = ($seconds - (($match[8] ?? '') === '-' ? -$offset : $offset)) * 1000;
        // Leap seconds end a day of UTC. Unix time has no number for one: it counts as the second after it.
        if ($second === 60 && $unixMs % self::DAY_MS !== 0) {
            return null;
        }

        return $unixMs + (int) substr(($match[7] ?? '') . '000', 0, 3);
    }

    /** PHP's own check refuses the year 0, which is a leap year as 400 is. */
    private static function isDate(int $year, int $month, int $day): bool
    {
        return checkdate($month, $day, $year === 0 ? 400 : $year);
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
