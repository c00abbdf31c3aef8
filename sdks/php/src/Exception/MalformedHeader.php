<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Exception;

use Nuncio\Webhooks\Dialect\Answers;

/** A header that is not of the dialect's form, or that is there twice. */
final class MalformedHeader extends WebhookVerificationException
{
    public function __construct(public readonly string $header, string $reason, Answers $answers)
    {
        parent::__construct(
            "the header `$header` is malformed: $reason",
            'malformed_header',
            $answers->missing,
            $answers->text,
        );
    }
}
