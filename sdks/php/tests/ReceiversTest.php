<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Tests;

use Nuncio\Webhooks\Event;
use Nuncio\Webhooks\Exception\SecretException;
use Nuncio\Webhooks\Exception\WebhookVerificationException;
use Nuncio\Webhooks\Webhook;
use PHPUnit\Framework\TestCase;

/** What the project's vectors for receivers say: times, header maps, URLs, members that a dialect doesn't name. */
final class ReceiversTest extends TestCase
{
    /**
     * @dataProvider vectors
     *
     * @param string|array<string, mixed> $dialect
     * @param array<string, mixed>        $vector
     */
    public function testARequestIsJudgedAndReadAsTheVectorSays(string|array $dialect, array $vector): void
    {
        $webhook = new Webhook($vector['secrets'], $dialect);
        $headers = $vector['headers'];
        if (isset($vector['before'])) {
            ['header' => $name, 'text' => $text, 'times' => $times] = $vector['before'];
            $headers[$name] = str_repeat($text, $times) . $headers[$name];
        }
        $body = $vector['body'] . str_repeat(' ', $vector['blanks_after_body'] ?? 0);
        try {
            $event = $webhook->verify($body, $headers, $vector['method'], $vector['url'], $vector['now_ms']);
        } catch (WebhookVerificationException $refused) {
            self::assertSame($vector['expect']['refuse'] ?? 'accepted', $refused->errorCode, $refused->getMessage());
            self::assertSame($vector['expect']['header'] ?? null, isset($vector['expect']['header']) ? $refused->header : null);

            return;
        }
        self::assertArrayNotHasKey('refuse', $vector['expect']);
        foreach ($vector['expect']['event'] as $name => $expected) {
            self::assertSame($expected, self::field($event, $name), $name);
        }
    }

    /**
     * @dataProvider secrets
     *
     * @param array<string, string> $row
     */
    public function testASecretIsTakenOrRefusedAsTheVectorSays(array $row): void
    {
        try {
            $webhook = new Webhook($row['secret'], $row['dialect']);
            self::assertSame('accept', $row['expect'], $webhook->dialect->name);
        } catch (SecretException $refused) {
            self::assertSame('refuse', $row['expect'], $refused->getMessage());
            self::assertStringContainsString($row['says'], $refused->getMessage());
            if (strlen($row['secret']) > 8) {
                self::assertStringNotContainsString($row['secret'], $refused->getMessage());
            }
        }
    }

    /** @return list<array{array<string, string>}> */
    public function secrets(): array
    {
        $text = (string) file_get_contents(Signed::root() . '/conformance/receivers/secrets.json');

        return array_map(
            static fn (array $row): array => [$row],
            json_decode($text, true, flags: JSON_THROW_ON_ERROR)['secrets'],
        );
    }

    private static function field(Event $event, string $name): mixed
    {
        $ms = static fn (\DateTimeImmutable $time): int => $time->getTimestamp() * 1000 + (int) $time->format('v');

        return match ($name) {
            'time_ms' => $ms($event->time ?? throw new \LogicException('no time')),
            'timestamp_ms' => $ms($event->timestamp ?? throw new \LogicException('no timestamp')),
            'delivery_id' => $event->deliveryId,
            default => $event->{$name},
        };
    }

    /** @return iterable<string, array{string|array<string, mixed>, array<string, mixed>}> */
    public function vectors(): iterable
    {
        foreach (['requests', 'header-maps'] as $name) {
            $text = (string) file_get_contents(Signed::root() . "/conformance/receivers/$name.json");
            $file = json_decode($text, true, flags: JSON_THROW_ON_ERROR);
            $own = array_column($file['dialects'] ?? [], null, 'name');
            foreach ($file['requests'] as $at => $vector) {
                $key = "$at {$vector['dialect']} {$vector['case']}: {$vector['name']}";
                yield $key => [$own[$vector['dialect']] ?? $vector['dialect'], $vector];
            }
        }
    }
}
