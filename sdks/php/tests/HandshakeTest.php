<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Tests;

use Nuncio\Webhooks\Answer;
use Nuncio\Webhooks\Event;
use Nuncio\Webhooks\Receiver;
use Nuncio\Webhooks\Request;
use Nuncio\Webhooks\Webhook;
use PHPUnit\Framework\TestCase;

/** Challenges are answered as each dialect says, and only where they are genuine. */
final class HandshakeTest extends TestCase
{
    private const HEADERS = [
        'slack' => ['X-Slack-Signature', 'X-Slack-Request-Timestamp'],
        'zoom' => ['x-zm-signature', 'x-zm-request-timestamp'],
    ];

    public function testAnEchoGivesTheChallengeBack(): void
    {
        $answer = $this->ask('slack', ['token' => 'added', 'type' => 'url_verification', 'challenge' => '3eZbrw']);
        self::assertEquals(new Answer(200, ['Content-Type' => 'application/json'], '{"challenge":"3eZbrw"}'), $answer);
    }

    public function testACrcSignsTheChallengeWithTheKeyThatSignedTheRequest(): void
    {
        foreach ([Signed::SECRET, Signed::OLD_SECRET] as $secret) {
            $payload = ['event' => 'endpoint.url_validation', 'payload' => ['plainToken' => 'qgg8'], 'event_ts' => 1];
            $answer = $this->ask('zoom', $payload, $secret);
            self::assertInstanceOf(Answer::class, $answer);
            $expected = ['plainToken' => 'qgg8', 'encryptedToken' => hash_hmac('sha256', 'qgg8', $secret)];
            self::assertSame($expected, json_decode($answer->body, true));
        }
    }

    /**
     * @dataProvider events
     *
     * @param array<string, mixed> $payload
     */
    public function testAnEventIsNoChallenge(string $dialect, array $payload): void
    {
        self::assertInstanceOf(Event::class, $this->ask($dialect, $payload));
    }

    /** @return list<array{string, array<string, mixed>}> */
    public function events(): array
    {
        return [
            ['slack', ['type' => 'event_callback', 'challenge' => 'x', 'event' => []]],
            ['slack', ['type' => 'url_verification', 'challenge' => 7, 'event' => []]],
            ['zoom', ['event' => 'meeting.started', 'payload' => ['plainToken' => 'x']]],
            ['zoom', ['payload' => ['plainToken' => 'x']]],
        ];
    }

    public function testAForgedChallengeIsRefused(): void
    {
        $answer = $this->ask('slack', ['type' => 'url_verification', 'challenge' => 'x'], 'another secret');
        self::assertEquals(Answer::text(401, 'Invalid signature'), $answer);
    }

    public function testOptionsAllowsTheSender(): void
    {
        $answer = $this->options('nuncio.example.com');
        self::assertSame([204, 'nuncio.example.com'], [$answer->status, $answer->headers['WebHook-Allowed-Origin']]);
        self::assertSame(204, $this->options('nuncio.example.com', ['nuncio.example.com'])->status);
    }

    public function testOptionsRefusesOtherSendersAndOtherDialects(): void
    {
        self::assertSame(403, $this->options('evil.example.com', ['nuncio.example.com'])->status);
        self::assertSame(403, $this->options(null)->status);
        self::assertSame(405, $this->options('nuncio.example.com', null, 'standard')->status);
    }

    /** @param array<string, mixed> $payload */
    private function ask(string $dialect, array $payload, string $secret = Signed::SECRET): Event|Answer
    {
        $body = json_encode($payload, JSON_THROW_ON_ERROR);
        $headers = Signed::versioned(...[...self::HEADERS[$dialect], $body, Signed::nowMs(), $secret]);
        $webhook = new Webhook([Signed::SECRET, Signed::OLD_SECRET], $dialect);

        return (new Receiver($webhook))->open(Request::of($body, $headers));
    }

    /** @param list<string>|null $allowed */
    private function options(?string $origin, ?array $allowed = null, string $dialect = 'cloudevents'): Answer
    {
        $headers = $origin === null ? [] : ['webhook-request-origin' => $origin];
        $receiver = new Receiver(new Webhook(Signed::SECRET, $dialect), allowedOrigins: $allowed);
        $answer = $receiver->open(Request::of('', $headers, 'OPTIONS'));
        self::assertInstanceOf(Answer::class, $answer);

        return $answer;
    }
}
