<?php

/**
 * What PHP's built-in server runs for {@see AdapterTest}: one adapter before a handler that writes each event to a
 * file. Settings come from the environment: `ADAPTER`, `DIALECT`, `URL`, and `FOLDER` for everything on disk.
 */

declare(strict_types=1);

namespace Nuncio\Webhooks\Tests;

use Illuminate\Http\Request as LaravelRequest;
use Illuminate\Http\Response as LaravelResponse;
use Nuncio\Webhooks\Event;
use Nuncio\Webhooks\Idempotency\Deduplicator;
use Nuncio\Webhooks\Idempotency\FileStore;
use Nuncio\Webhooks\Laravel\VerifyWebhook;
use Nuncio\Webhooks\Psr15\WebhookMiddleware;
use Nuncio\Webhooks\Receiver;
use Nuncio\Webhooks\Webhook;
use Nyholm\Psr7\Factory\Psr17Factory;
use Nyholm\Psr7\Response;
use Nyholm\Psr7\ServerRequest;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\RequestHandlerInterface;

require __DIR__ . '/bootstrap.php';
// Composer's packages, else Debian's, which are found through the include path.
if (is_file(__DIR__ . '/../vendor/autoload.php')) {
    require __DIR__ . '/../vendor/autoload.php';
} else {
    require 'Nyholm/Psr7/autoload.php';
    require 'Illuminate/Http/autoload.php';
}
require __DIR__ . '/psr15.php';

$folder = (string) getenv('FOLDER');
$handler = static function (Event $event) use ($folder): void {
    if (is_file("$folder/fail")) {
        unlink("$folder/fail");
        throw new \RuntimeException('the handler fails');
    }
    $line = json_encode(['id' => $event->id, 'type' => $event->type, 'data' => $event->data], JSON_THROW_ON_ERROR);
    file_put_contents("$folder/events", "$line\n", FILE_APPEND);
};

$receiver = new Receiver(
    new Webhook(Signed::SECRET, (string) getenv('DIALECT')),
    new Deduplicator(new FileStore("$folder/store")),
    getenv('URL') ?: null,
);

match (getenv('ADAPTER')) {
    'globals' => $receiver->handleGlobals($handler),
    'psr15' => psr15($receiver, $handler),
    'laravel' => laravel($receiver, $handler),
};

/** @param callable(Event): void $handler */
function psr15(Receiver $receiver, callable $handler): void
{
    $factory = new Psr17Factory();
    $url = "http://{$_SERVER['HTTP_HOST']}{$_SERVER['REQUEST_URI']}";
    $body = (string) file_get_contents('php://input');
    $request = new ServerRequest($_SERVER['REQUEST_METHOD'], $url, getallheaders(), $body);
    $next = new class ($handler) implements RequestHandlerInterface {
        public function __construct(private readonly mixed $handler)
        {
        }

        public function handle(ServerRequestInterface $request): ResponseInterface
        {
            ($this->handler)($request->getAttribute(Event::class));

            return new Response(204);
        }
    };
    $response = (new WebhookMiddleware($receiver, $factory, $factory))->process($request, $next);
    http_response_code($response->getStatusCode());
    foreach ($response->getHeaders() as $name => $values) {
        header("$name: $values[0]");
    }
    echo $response->getBody();
}

/** @param callable(Event): void $handler */
function laravel(Receiver $receiver, callable $handler): void
{
    $next = static function (LaravelRequest $request) use ($handler): LaravelResponse {
        $handler($request->attributes->get(Event::class));

        return new LaravelResponse('', 204);
    };
    $request = LaravelRequest::capture();
    (new VerifyWebhook($receiver))->handle($request, $next)->prepare($request)->send();
}
