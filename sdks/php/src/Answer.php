<?php

declare(strict_types=1);

namespace Nuncio\Webhooks;

use Nuncio\Webhooks\Exception\WebhookVerificationException;

/** An HTTP answer: status, headers, body. */
final class Answer
{
    /** @param array<string, string> $headers */
    public function __construct(
        public readonly int $status,
        public readonly array $headers = [],
        public readonly string $body = '',
    ) {
    }

    /**
     * An answer of plain text.
     *
     * @param array<string, string> $headers beside `Content-Type`
     */
    public static function text(int $status, string $text, array $headers = []): self
    {
        return new self($status, ['Content-Type' => 'text/plain; charset=utf-8'] + $headers, $text);
    }

    /** The answer to an event that was handled. */
    public static function received(): self
    {
        return new self(204);
    }

    /** The answer that the dialect's vendor publishes for a refused request. */
    public static function refusal(WebhookVerificationException $refused): self
    {
        return self::text($refused->status, $refused->text);
    }

    /** Sends it as the answer of this script. */
    public function send(): void
    {
        http_response_code($this->status);
        foreach ($this->headers as $name => $value) {
            header("$name: $value");
        }
        echo $this->body;
    }
}
