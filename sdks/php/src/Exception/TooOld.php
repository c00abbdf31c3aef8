<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Exception;

use Nuncio\Webhooks\Dialect\Answers;

/** The signed time is too far in the past. */
final class TooOld extends WebhookVerificationException
{
    public function __construct(public readonly int $ageS, public readonly int $toleranceS, Answers $answers)
    {
        parent::__construct(
            "the request was signed $ageS s ago, more than the $toleranceS s that are allowed",
            'too_old',
            $answers->invalid,
            $answers->text,
        );
    }
}
