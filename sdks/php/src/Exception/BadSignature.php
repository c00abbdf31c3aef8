<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Exception;

use Nuncio\Webhooks\Dialect\Answers;

/** No secret fits any signature of an accepted version. */
final class BadSignature extends WebhookVerificationException
{
    public function __construct(public readonly string $header, Answers $answers)
    {
        parent::__construct(
            "no signature in `$header` matches the request",
            'bad_signature',
            $answers->invalid,
            $answers->text,
        );
    }
}
