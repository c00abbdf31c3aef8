<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Exception;

/** A genuine request whose body is not what the dialect sends: nothing is wrong with its signature. */
final class MalformedBody extends WebhookVerificationException
{
    public function __construct(string $reason)
    {
        parent::__construct("the body is malformed: $reason", 'malformed_body', 400, 'Invalid body');
    }
}
