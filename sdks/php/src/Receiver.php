<?php

declare(strict_types=1);

namespace Nuncio\Webhooks;

use Nuncio\Webhooks\Exception\WebhookVerificationException;
use Nuncio\Webhooks\Idempotency\Claim;
use Nuncio\Webhooks\Idempotency\Deduplicator;

/**
 * What a receiver answers, whatever framework carries it: handshakes are answered, what is not genuine is refused, each
 * delivery is handed on once. The adapters only translate.
 */
final class Receiver
{
    /** An event's data has at most 1 MiB, which a form at most triples; more cannot fill the memory. */
    public const BODY_BYTES_MAX = 4 * 1024 * 1024;
    /** When to try again while another attempt is still being handled. */
    private const RETRY_AFTER_S = 30;

    /**
     * @param Deduplicator|null $deduplicator   recognises retries of what was handled; left out, every request is handled
     * @param string|null       $url            the public URL of the endpoint, where a proxy hides it and the dialect
     *                                          signs it
     * @param list<string>|null $allowedOrigins who may send, for dialects that ask with `OPTIONS`; left out, anyone
     * @param (callable(WebhookVerificationException): void)|null $onRefusal told of every refusal, for logs
     */
    public function __construct(
        private readonly Webhook $webhook,
        private readonly ?Deduplicator $deduplicator = null,
        private readonly ?string $url = null,
        private readonly ?array $allowedOrigins = null,
        private readonly mixed $onRefusal = null,
    ) {
    }

    /**
     * The event to handle, or the answer to give instead. An event must be followed by {@see succeeded} or
     * {@see failed}.
     */
    public function open(Request $request): Event|Answer
    {
        $request = $this->url === null ? $request : $request->withUrl($this->url);
        $options = (new Handshake($this->webhook->dialect))->answerOptions($request, $this->allowedOrigins);
        if ($options !== null) {
            return $options;
        }
        if (strtoupper($request->method) !== 'POST') {
            return Answer::text(405, 'Method not allowed', ['Allow' => 'POST']);
        }
        if (strlen($request->body) > self::BODY_BYTES_MAX) {
            return Answer::text(413, 'The body has more than ' . self::BODY_BYTES_MAX . ' bytes');
        }
        try {
            $opened = $this->webhook->open($request);
        } catch (WebhookVerificationException $refused) {
            return $this->refuse($refused);
        }

        return $opened instanceof Answer ? $opened : $this->claim($opened);
    }

    /**
     * Runs the handler for an event that is to be handled. What it throws goes on to the caller.
     *
     * @param callable(Event): void $handler
     */
    public function handle(Request $request, callable $handler): Answer
    {
        $opened = $this->open($request);
        if ($opened instanceof Answer) {
            return $opened;
        }
        try {
            $handler($opened);
        } catch (\Throwable $error) {
            $this->failed($opened);
            throw $error;
        }
        $this->succeeded($opened);

        return Answer::received();
    }

    /**
     * Answers the request that this script was started for. What the handler throws goes on to PHP, which answers 500.
     *
     * @param callable(Event): void $handler
     */
    public function handleGlobals(callable $handler): void
    {
        $this->handle(Request::fromGlobals(), $handler)->send();
    }

    /** The event was handled. */
    public function succeeded(Event $event): void
    {
        $this->deduplicator?->complete($event);
    }

    /** The event was not handled: its retry will be. */
    public function failed(Event $event): void
    {
        $this->deduplicator?->release($event);
    }

    private function claim(Event $event): Event|Answer
    {
        return match ($this->deduplicator?->claim($event)) {
            null, Claim::First => $event,
            Claim::Done => Answer::received(),
            Claim::Running => Answer::text(503, 'Still being handled', ['Retry-After' => (string) self::RETRY_AFTER_S]),
        };
    }

    private function refuse(WebhookVerificationException $refused): Answer
    {
        if ($this->onRefusal !== null) {
            ($this->onRefusal)($refused);
        }

        return Answer::refusal($refused);
    }
}
