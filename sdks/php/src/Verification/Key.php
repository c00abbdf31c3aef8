<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Verification;

use Nuncio\Webhooks\Dialect\Scheme;

/** What a secret becomes before it verifies. */
interface Key
{
    /**
     * Whether `$found` is the signature of `$content`, without the scheme's prefix; takes the same time wherever the
     * first difference is. False for a scheme of another kind of key.
     */
    public function fits(Scheme $scheme, string $content, string $found): bool;
}
