<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Dialect;

/** A header that the dialect sends, and the pieces of its value. */
final class Header
{
    /** @param list<Piece> $value */
    public function __construct(public readonly string $name, public readonly array $value)
    {
    }
}
