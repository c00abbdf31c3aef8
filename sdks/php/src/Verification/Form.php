<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Verification;

/** Form bodies (`application/x-www-form-urlencoded`), read as the URL standard says. */
final class Form
{
    /** @return list<array{string, string}> name and value of every parameter, decoded, in the order of the body */
    public static function parameters(string $body): array
    {
        $parameters = [];
        foreach (explode('&', $body) as $part) {
            if ($part !== '') {
                $halves = explode('=', $part, 2);
                $parameters[] = [urldecode($halves[0]), urldecode($halves[1] ?? '')];
            }
        }

        return $parameters;
    }

    /** Name and value of every parameter, sorted by name (then value), with nothing between them. */
    public static function sorted(string $body): string
    {
        $parameters = self::parameters($body);
        // PHP's own comparison would take "10" and "1e1" for equal.
        usort($parameters, static fn (array $a, array $b): int => strcmp($a[0], $b[0]) ?: strcmp($a[1], $b[1]));

        return implode('', array_merge(...$parameters));
    }

    /**
     * The parameters as a map, of one that is there twice the last; null where they are not UTF-8.
     *
     * @return array<string, string>|null
     */
    public static function flat(string $body): ?array
    {
        $flat = array_column(self::parameters($body), 1, 0);
        $all = implode('', array_keys($flat)) . implode('', $flat);

        return preg_match('//u', $all) === 1 ? $flat : null;
    }
}
