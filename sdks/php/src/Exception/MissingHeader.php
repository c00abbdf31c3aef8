<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Exception;

use Nuncio\Webhooks\Dialect\Answers;

/** A header that the dialect needs is not there. */
final class MissingHeader extends WebhookVerificationException
{
    public function __construct(public readonly string $header, Answers $answers)
    {
        parent::__construct("the header `$header` is missing", 'missing_header', $answers->missing, $answers->text);
    }
}
