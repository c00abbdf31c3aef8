<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Tests;

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
    public function testSecrets(string $dialect, array $vector): void
    {
        // The vectors say which secrets a sender may sign with; a receiver may also hold the public half of a pair.
        if ($vector['expect'] === 'refuse' && !str_starts_with($vector['secret'], 'whpk_')) {
            $this->expectException(SecretException::class);
        }
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
        return Signed::vectors('secrets');
    }

    /** @return array<mixed> */
    public function signVectors(): array
    {
        // A vector with `keys_base64` has a key that is shorter than any secret which may be used.
        return array_filter(Signed::vectors('sign'), static fn (array $vector): bool => isset($vector[1]['secrets']));
    }
}
