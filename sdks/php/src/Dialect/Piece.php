<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Dialect;

/** One piece of a value: a field's name, a literal text, or the name of another header of the request. */
final class Piece
{
    public function __construct(public readonly PieceKind $kind, public readonly string $text)
    {
    }

    /** Whether it is that field. */
    public function is(string $field): bool
    {
        return $this->kind === PieceKind::Field && $this->text === $field;
    }

    /** @return list<self> the pieces of a value as dialect files write it */
    public static function list(mixed $value): array
    {
        if (is_string($value)) {
            return [new self(PieceKind::Field, $value)];
        }
        if (array_is_list($value)) {
            return array_merge(...array_map(self::list(...), $value));
        }
        $kind = array_key_first($value);

        return [new self(PieceKind::from($kind), $value[$kind])];
    }
}
