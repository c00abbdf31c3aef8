<?php

declare(strict_types=1);

namespace Nuncio\Webhooks;

/** What a genuine request says about itself. */
final class Verified
{
    /**
     * @param int         $key         which of the secrets had signed, counted from 0
     * @param string|null $version     of the signature that fitted, where the dialect has versions
     * @param int|null    $timestampMs the signed time of the attempt in Unix milliseconds, where the dialect signs one
     */
    public function __construct(
        public readonly int $key,
        public readonly ?string $version,
        public readonly ?int $timestampMs,
    ) {
    }
}
