<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Verification;

use Nuncio\Webhooks\Dialect\Scheme;

/** What a secret becomes before it verifies. */
interface Key
{
    /**
     * Whether one of `$found` is the signature of `$content`, without the scheme's prefix; each comparison takes the
     * same time wherever the first difference is. False for a scheme of another kind of key.
     *
     * @param list<string> $found however many they are, a shared key signs once
     */
    public function fitsOne(Scheme $scheme, string $content, array $found): bool;
}
