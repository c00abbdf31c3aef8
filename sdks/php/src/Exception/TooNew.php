<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Exception;

use Nuncio\Webhooks\Dialect\Answers;

/** The signed time is too far in the future. */
final class TooNew extends WebhookVerificationException
{
    public function __construct(public readonly int $aheadS, public readonly int $toleranceS, Answers $answers)
    {
        parent::__construct(
            "the request was signed $aheadS s in the future, more than the $toleranceS s that are allowed",
            'too_new',
            $answers->invalid,
            $answers->text,
        );
    }
}
