<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Laravel;

use Nuncio\Webhooks\Answer;
use Nuncio\Webhooks\Event;
use Nuncio\Webhooks\Receiver;
use Nuncio\Webhooks\Request;
use Symfony\Component\HttpFoundation\Request as HttpRequest;
use Symfony\Component\HttpFoundation\Response;

/**
 * Laravel's route middleware, and that of anything else on Symfony's HttpFoundation: hands the event on as the
 * request's attribute `Event::class`. Bind a {@see Receiver} in a service provider.
 *
 * A handler that throws, or answers 400 or more, has failed: the sender's retry is handled.
 */
final class VerifyWebhook
{
    public function __construct(private readonly Receiver $receiver)
    {
    }

    /** @param \Closure(HttpRequest): Response $next */
    public function handle(HttpRequest $request, \Closure $next): Response
    {
        $opened = $this->receiver->open(self::request($request));
        if ($opened instanceof Answer) {
            return new Response($opened->body, $opened->status, $opened->headers);
        }
        $request->attributes->set(Event::class, $opened);
        try {
            $response = $next($request);
        } catch (\Throwable $error) {
            $this->receiver->failed($opened);
            throw $error;
        }
        $response->getStatusCode() < 400 ? $this->receiver->succeeded($opened) : $this->receiver->failed($opened);

        return $response;
    }

    private static function request(HttpRequest $request): Request
    {
        // Not getUri(), which sorts the query: the sender signed it as it was configured.
        $url = $request->getSchemeAndHttpHost() . $request->getRequestUri();

        return Request::of((string) $request->getContent(), $request->headers->all(), $request->getMethod(), $url);
    }
}
