<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Dialect;

/** A place in the envelope: the names that lead to it, and the pieces of its value. */
final class Member
{
    /**
     * @param list<string> $path
     * @param list<Piece>  $value
     */
    public function __construct(public readonly array $path, public readonly array $value)
    {
    }

    /**
     * @param list<array<string, mixed>> $members as dialect files write them
     * @param list<string>               $above   the names that lead to them
     *
     * @return list<self> those that hold fields, at any depth
     */
    public static function list(array $members, array $above = []): array
    {
        $found = [];
        foreach ($members as $member) {
            $path = [...$above, $member['name']];
            if (isset($member['members'])) {
                array_push($found, ...self::list($member['members'], $path));
            } elseif (isset($member['value'])) {
                $found[] = new self($path, Piece::list($member['value']));
            }
        }

        return $found;
    }
}
