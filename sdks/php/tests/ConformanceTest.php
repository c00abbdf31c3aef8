<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Tests;

use Nuncio\Webhooks\Dialect\Dialect;
use Nuncio\Webhooks\Dialect\Signature;
use Nuncio\Webhooks\Exception\SecretException;
use Nuncio\Webhooks\Exception\WebhookVerificationException;
use Nuncio\Webhooks\Request;
use Nuncio\Webhooks\Webhook;
use PHPUnit\Framework\TestCase;

/** Every conformance vector that concerns a receiver. */
final class ConformanceTest extends TestCase
{
    /**
     * @dataProvider verifyVectors
     *
     * @param array<string, mixed> $vector
     */
    public function testVerify(string $dialect, array $vector): void
    {
        if ($vector['secrets'] === []) {
            $this->expectException(SecretException::class);
        }
        $webhook = new Webhook($vector['secrets'], $dialect);
        $body = str_repeat($vector['body'], $vector['body_repeat'] ?? 1);
        $request = Request::of($body, $vector['headers'], $vector['method'], $vector['url']);
        try {
            $verified = $webhook->verifySignature($request, $vector['now_ms']);
            $found = array_filter(
                ['key' => $verified->key, 'version' => $verified->version, 'timestamp_ms' => $verified->timestampMs],
                static fn (mixed $value): bool => $value !== null,
            );
            self::assertEquals(['accept' => $found], $vector['expect']);
        } catch (WebhookVerificationException $refused) {
            self::assertSame($vector['expect']['refuse'] ?? 'accepted', $refused->errorCode, $refused->getMessage());
            if (isset($vector['expect']['header'])) {
                self::assertSame($vector['expect']['header'], $refused->header ?? null);
            }
        }
    }

    /**
     * @dataProvider secretsVectors
     *
     * @param array<string, string> $vector
     */
    public function testASecretThatMayBeRegisteredIsTaken(string $dialect, array $vector): void
    {
        self::assertSame($dialect, (new Webhook($vector['secret'], $dialect))->dialect->name);
    }

    /**
     * @dataProvider signVectors
     *
     * @param array<string, mixed> $vector
     */
    public function testWhatASenderSendsIsAccepted(string $dialect, array $vector): void
    {
        $request = Request::of($vector['body'], $vector['headers'], $vector['method'], $vector['url']);
        $verified = (new Webhook($vector['secrets'], $dialect))->verifySignature($request, $vector['timestamp_ms']);
        self::assertGreaterThanOrEqual(0, $verified->key);
    }

    public function testTheDialectsAreThoseOfTheProject(): void
    {
        self::assertFileEquals(Signed::root() . '/sdks/dialects.json', __DIR__ . '/../src/dialects.json');
    }

    /** @return array<mixed> */
    public function verifyVectors(): array
    {
        return Signed::vectors('verify');
    }

    /** @return array<mixed> */
    public function secretsVectors(): array
    {
        // What a sender refuses to register, a receiver may still hold: what that refuses is in `receivers/`.
        return array_filter(
            Signed::vectors('secrets'),
            static fn (array $vector): bool => $vector[1]['expect'] === 'accept',
        );
    }

    /** @return array<mixed> */
    public function signVectors(): array
    {
        // Some vectors name only a few of a request's headers, or a key that is shorter than any secret.
        return array_filter(Signed::vectors('sign'), static function (array $vector): bool {
            [$dialect, $sent] = $vector;
            $names = array_map(strtolower(...), array_column($sent['headers'], 0));
            $signed = array_map(
                static fn (Signature $signature): string => strtolower($signature->header),
                Dialect::builtin($dialect)->signatures,
            );

            return isset($sent['secrets']) && array_diff($signed, $names) === [];
        });
    }
}
