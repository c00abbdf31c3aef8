<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Exception;

/** A body that is not what the dialect sends: missing, or genuine and of another form. */
final class MalformedBody extends WebhookVerificationException
{
    public function __construct(string $reason, int $status = 400, string $text = 'Invalid body')
    {
        parent::__construct("the body is malformed: $reason", 'malformed_body', $status, $text);
    }
}
