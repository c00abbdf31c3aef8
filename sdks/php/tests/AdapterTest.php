<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Tests;

use Nuncio\Webhooks\Receiver;
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/Server.php';

/** What every adapter does, asked by HTTP: {@see Receiver::handleGlobals}, PSR-15, and Laravel's middleware. */
final class AdapterTest extends TestCase
{
    private ?Server $server = null;

    protected function tearDown(): void
    {
        $this->server?->stop();
    }

    /** @return array<string, array{string}> */
    public function adapters(): array
    {
        return ['globals' => ['globals'], 'psr15' => ['psr15'], 'laravel' => ['laravel']];
    }

    /** @dataProvider adapters */
    public function testAGenuineEventReachesTheHandler(string $adapter): void
    {
        $server = $this->start($adapter);
        // Other white space than any serializer writes: the raw body must have come through.
        $body = "{ \"type\":\"risk.created\",\n\"data\": {\"n\": 1.50, \"s\": \"é\"}}";
        [$status, $text] = $server->send($body, Signed::standard($body, Signed::nowMs()));
        self::assertSame([204, ''], [$status, $text]);
        $expected = ['id' => 'evt_1', 'type' => 'risk.created', 'data' => ['n' => 1.5, 's' => 'é']];
        self::assertSame([$expected], $server->events());
    }

    /** @dataProvider adapters */
    public function testARefusalAnswersWithThePublishedStatusAndText(string $adapter): void
    {
        $server = $this->start($adapter, 'yativo');
        [$status, $text] = $server->send('{}', []);
        self::assertSame([400, 'Invalid signature'], [$status, $text]);
        [$status, $text, $headers] = $server->send('{}', ['X-Webhook-Signature' => str_repeat('0', 64)]);
        self::assertSame([401, 'Invalid signature'], [$status, $text]);
        self::assertSame('text/plain; charset=utf-8', strtolower($headers['content-type']));
        self::assertSame([], $server->events());
    }

    /** @dataProvider adapters */
    public function testARetryOfAHandledDeliveryIsAnsweredButNotHandled(string $adapter): void
    {
        $server = $this->start($adapter);
        for ($attempt = 1; $attempt <= 3; $attempt++) {
            self::assertSame(204, $server->send(Signed::BODY, Signed::standard(Signed::BODY, Signed::nowMs()))[0]);
        }
        self::assertCount(1, $server->events());
    }

    /** @dataProvider adapters */
    public function testARetryOfAFailedDeliveryIsHandled(string $adapter): void
    {
        $server = $this->start($adapter);
        touch("$server->folder/fail");
        $headers = Signed::standard(Signed::BODY, Signed::nowMs());
        self::assertSame(500, $server->send(Signed::BODY, $headers)[0]);
        self::assertSame([], $server->events());
        self::assertSame(204, $server->send(Signed::BODY, $headers)[0]);
        self::assertCount(1, $server->events());
    }

    /** @dataProvider adapters */
    public function testAFormIsVerifiedFromItsRawBytesAndThePublicUrl(string $adapter): void
    {
        $url = 'https://public.example.com/hooks?tenant=1';
        $server = $this->start($adapter, 'twilio', $url);
        $signature = base64_encode(hash_hmac('sha1', $url . 'CallSidCA1To+1 80', Signed::SECRET, true));
        $headers = ['Content-Type' => 'application/x-www-form-urlencoded', 'X-Twilio-Signature' => $signature];
        self::assertSame(204, $server->send('To=%2B1+80&CallSid=CA1', $headers)[0]);
        self::assertSame(['To' => '+1 80', 'CallSid' => 'CA1'], $server->events()[0]['data']);
    }

    /** @dataProvider adapters */
    public function testTheUrlIsThatOfTheRequest(string $adapter): void
    {
        $server = $this->start($adapter, 'square');
        // Encoded as no library would, but as the customer has configured it.
        $query = '/%6f%C3%a9?b=1&a=%20';
        $signed = $server->url . $query . Signed::BODY;
        $signature = base64_encode(hash_hmac('sha256', $signed, Signed::SECRET, true));
        $headers = ['x-square-hmacsha256-signature' => $signature];
        self::assertSame(204, $server->send(Signed::BODY, $headers, 'POST', $query)[0]);
        self::assertCount(1, $server->events());
    }

    /** @dataProvider adapters */
    public function testAChallengeIsAnsweredAndNotHandled(string $adapter): void
    {
        $server = $this->start($adapter, 'slack');
        $body = '{"type":"url_verification","challenge":"3eZbrw"}';
        $signed = Signed::versioned('X-Slack-Signature', 'X-Slack-Request-Timestamp', $body, Signed::nowMs());
        [$status, $text, $headers] = $server->send($body, $signed);
        self::assertSame([200, '{"challenge":"3eZbrw"}'], [$status, $text]);
        self::assertSame('application/json', $headers['content-type']);
        self::assertSame([], $server->events());
    }

    /** @dataProvider adapters */
    public function testATokenAndItsOptionsHandshake(string $adapter): void
    {
        $server = $this->start($adapter, 'cloudevents');
        $asked = ['WebHook-Request-Origin' => 'nuncio.example.com'];
        [$status, , $headers] = $server->send('', $asked, 'OPTIONS');
        self::assertSame([204, 'nuncio.example.com'], [$status, $headers['webhook-allowed-origin']]);
        $body = '{"specversion":"1.0","id":"e_1","source":"/tenants/o","type":"a.b","data":null}';
        self::assertSame(204, $server->send($body, ['Authorization' => 'Bearer ' . Signed::SECRET])[0]);
        self::assertSame('e_1', $server->events()[0]['id']);
    }

    /** @dataProvider adapters */
    public function testABodyBeyondTheBoundIsRefused(string $adapter): void
    {
        $server = $this->start($adapter);
        self::assertSame(413, $server->send(str_repeat('x', Receiver::BODY_BYTES_MAX + 1), [])[0]);
    }

    private function start(string $adapter, string $dialect = 'standard', string $url = ''): Server
    {
        return $this->server = new Server($adapter, $dialect, $url);
    }
}
