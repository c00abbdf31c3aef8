<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Dialect;

/** What a piece of a value is. */
enum PieceKind: string
{
    case Field = 'field';
    case Text = 'text';
    case Header = 'header';
    case Metadata = 'metadata';
}
