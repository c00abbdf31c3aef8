<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Exception;

/**
 * A request that must not be acted upon.
 *
 * The message is for logs: it never holds a secret or a payload.
 */
abstract class WebhookVerificationException extends \RuntimeException
{
    /**
     * @param string $errorCode the stable name of the kind, the same in every Nuncio library
     * @param int    $status    the HTTP status to answer with, as the dialect's vendor publishes it
     * @param string $text      the text to answer with
     */
    public function __construct(
        string $message,
        public readonly string $errorCode,
        public readonly int $status,
        public readonly string $text,
    ) {
        parent::__construct($message);
    }
}
