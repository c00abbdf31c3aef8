<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Dialect;

/** How the vendor's published receivers refuse: two status codes and a text. */
final class Answers
{
    public function __construct(
        public readonly int $missing = 401,
        public readonly int $invalid = 401,
        public readonly string $text = 'Invalid signature',
    ) {
    }
}
