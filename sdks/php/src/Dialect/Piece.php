<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Dialect;

/**
 * One piece of a value: a field (in whatever words), a literal text, the name of another header of the request, or an
 * entry of the tenant's metadata.
 */
final class Piece
{
    /**
     * @param list<self> $default   what stands in the place of metadata that the tenant does not have
     * @param bool       $isEncoded whether it is percent-encoded, as a part of a URI
     */
    public function __construct(
        public readonly PieceKind $kind,
        public readonly string $text,
        public readonly array $default = [],
        public readonly bool $isEncoded = false,
    ) {
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
        foreach (PieceKind::cases() as $kind) {
            if (isset($value[$kind->value])) {
                // Numbers and truth values show nothing of an event.
                $default = is_string($value['default'] ?? 0) || is_array($value['default'] ?? 0);

                $default = $default ? self::list($value['default']) : [];

                return [new self($kind, $value[$kind->value], $default, isset($value['uri']))];
            }
        }
        throw new \ValueError('a value is neither a field, a text, a header nor metadata');
    }
}
