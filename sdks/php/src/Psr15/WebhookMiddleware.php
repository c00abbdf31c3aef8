<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Psr15;

use Nuncio\Webhooks\Answer;
use Nuncio\Webhooks\Event;
use Nuncio\Webhooks\Receiver;
use Nuncio\Webhooks\Request;
use Psr\Http\Message\ResponseFactoryInterface;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Message\StreamFactoryInterface;
use Psr\Http\Server\MiddlewareInterface;
use Psr\Http\Server\RequestHandlerInterface;

/**
 * PSR-15: hands the event on as the request's attribute `Event::class`.
 *
 * A handler that throws, or answers 400 or more, has failed: the sender's retry is handled.
 */
final class WebhookMiddleware implements MiddlewareInterface
{
    public function __construct(
        private readonly Receiver $receiver,
        private readonly ResponseFactoryInterface $responses,
        private readonly StreamFactoryInterface $streams,
    ) {
    }

    public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface
    {
        $opened = $this->receiver->open(self::request($request));
        if ($opened instanceof Answer) {
            return $this->response($opened);
        }
        try {
            $response = $handler->handle($request->withAttribute(Event::class, $opened));
        } catch (\Throwable $error) {
            $this->receiver->failed($opened);
            throw $error;
        }
        $response->getStatusCode() < 400 ? $this->receiver->succeeded($opened) : $this->receiver->failed($opened);

        return $response;
    }

    private static function request(ServerRequestInterface $request): Request
    {
        // Casting a stream reads it from its start, and handlers can do so again.
        $body = (string) $request->getBody();

        return Request::of($body, $request->getHeaders(), $request->getMethod(), (string) $request->getUri());
    }

    private function response(Answer $answer): ResponseInterface
    {
        $response = $this->responses->createResponse($answer->status);
        foreach ($answer->headers as $name => $value) {
            $response = $response->withHeader($name, $value);
        }

        return $response->withBody($this->streams->createStream($answer->body));
    }
}
