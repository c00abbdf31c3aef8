<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Tests;

use Nuncio\Webhooks\Exception\BadSignature;
use Nuncio\Webhooks\Exception\ConfigurationException;
use Nuncio\Webhooks\Exception\DialectException;
use Nuncio\Webhooks\Exception\MalformedHeader;
use Nuncio\Webhooks\Exception\MissingHeader;
use Nuncio\Webhooks\Exception\SecretException;
use Nuncio\Webhooks\Exception\TooNew;
use Nuncio\Webhooks\Exception\TooOld;
use Nuncio\Webhooks\Exception\WebhookVerificationException;
use Nuncio\Webhooks\Webhook;
use PHPUnit\Framework\TestCase;

/** Setting up a receiver, rotation, refusals. */
final class WebhookTest extends TestCase
{
    /**
     * @dataProvider noSecrets
     *
     * @param string|list<string> $secrets
     */
    public function testAReceiverWithoutASecretIsRefused(string|array $secrets): void
    {
        $this->expectException(SecretException::class);
        $this->expectExceptionMessage('give the one that was shown');
        new Webhook($secrets);
    }

    /** @return list<array{string|list<string>}> */
    public function noSecrets(): array
    {
        return [[''], [[]], [['']], [[Signed::SECRET, '']]];
    }

    /** @dataProvider unusable */
    public function testAnUnusableSecretIsRefusedWithWhatToDo(string $secret, string $message): void
    {
        try {
            new Webhook($secret);
            self::fail('it was accepted');
        } catch (SecretException $refused) {
            self::assertStringContainsString($message, $refused->getMessage());
            self::assertStringNotContainsString($secret, $refused->getMessage());
        }
    }

    /** @return list<array{string, string}> */
    public function unusable(): array
    {
        return [
            ['short', '5 bytes: it must have 8 to 256'],
            ['whsec_%%%%%%%%', 'copy it whole'],
            ['whsec_AAAA', 'holds 3 bytes'],
            ["a secret with a\nline", 'line break'],
            ['whpk_AAAA', 'no valid ed25519 key'],
            ['whpk_' . base64_encode(str_repeat("\0", 32)), 'no valid ed25519 key'],
            ['whsk_' . base64_encode(str_repeat("\0", 64)), 'no valid ed25519 key'],
        ];
    }

    /**
     * @dataProvider noDialects
     *
     * @param string|array<string, mixed> $dialect
     */
    public function testWhatIsNoDialectIsRefused(string|array $dialect, string $message): void
    {
        $this->expectException(DialectException::class);
        $this->expectExceptionMessageMatches($message);
        new Webhook(Signed::SECRET, $dialect);
    }

    /** @return list<array{string|array<string, mixed>, string}> */
    public function noDialects(): array
    {
        $signature = ['header' => 'X', 'grammar' => 'bare', 'content' => 'body'];
        $whole = ['name' => 'half', 'secret' => ['key' => 'utf8'], 'body' => ['format' => 'json']];

        return [
            ['nope', '/`nope`.*standard, inviolet/'],
            [['name' => 'open', 'unsigned' => true], '/`open` has no `\[signature\]`: there is nothing to verify/'],
            [['name' => 'half', 'signature' => []], '/`half` has no `\[secret\]`/'],
            [$whole + ['signature' => $signature], '/`half` is incomplete: .*scheme/'],
        ];
    }

    public function testBothSecretsOfARotationAreAccepted(): void
    {
        $webhook = new Webhook([Signed::SECRET, Signed::OLD_SECRET]);
        $old = Signed::standard(secret: Signed::OLD_SECRET);
        self::assertSame(0, $webhook->verify(Signed::BODY, Signed::standard(), nowMs: Signed::NOW_MS)->key);
        self::assertSame(1, $webhook->verify(Signed::BODY, $old, nowMs: Signed::NOW_MS)->key);
        $this->expectException(BadSignature::class);
        (new Webhook(Signed::SECRET))->verify(Signed::BODY, $old, nowMs: Signed::NOW_MS);
    }

    /**
     * @dataProvider refusals
     *
     * @param class-string          $kind
     * @param array<string, string> $headers
     */
    public function testARefusalHasAKindACodeAndAMessage(
        string $kind,
        string $code,
        array $headers,
        int $nowMs,
        string $message,
    ): void {
        $refused = $this->refusal('standard', $headers, $nowMs);
        self::assertSame([$kind, $code, $message], [$refused::class, $refused->errorCode, $refused->getMessage()]);
    }

    /** @return list<array<mixed>> */
    public function refusals(): array
    {
        $good = Signed::standard();
        $now = Signed::NOW_MS;
        $time = 'the header `webhook-timestamp` is malformed: its time is not a number in the right format';
        $old = 'the request was signed 301 s ago, more than the 300 s that are allowed';
        $new = 'the request was signed 301 s in the future, more than the 300 s that are allowed';
        $bad = 'no signature in `webhook-signature` matches the request';

        return [
            [MissingHeader::class, 'missing_header', [], $now, 'the header `webhook-signature` is missing'],
            [MalformedHeader::class, 'malformed_header', ['webhook-timestamp' => 'soon'] + $good, $now, $time],
            [BadSignature::class, 'bad_signature', ['webhook-id' => 'evt_2'] + $good, $now, $bad],
            [TooOld::class, 'too_old', $good, $now + 301_000, $old],
            [TooNew::class, 'too_new', $good, $now - 301_000, $new],
        ];
    }

    /** @dataProvider published */
    public function testARefusalAnswersAsTheVendorPublishes(
        string $dialect,
        string $header,
        int $missing,
        int $invalid,
    ): void {
        $refused = $this->refusal($dialect, []);
        self::assertSame([$missing, 'Invalid signature'], [$refused->status, $refused->text]);
        $headers = [$header => 'sha256=00', 'inviolet-timestamp' => (string) Signed::NOW_MS];
        $refused = $this->refusal($dialect, $headers);
        self::assertSame([$invalid, 'bad_signature'], [$refused->status, $refused->errorCode]);
    }

    /** @return list<array{string, string, int, int}> */
    public function published(): array
    {
        return [
            ['yativo', 'X-Webhook-Signature', 400, 401],
            ['ventryx', 'Ventryx-Signature', 401, 401],
            ['inviolet', 'inviolet-signature', 401, 401],
        ];
    }

    public function testTheWindowCanBeNarrowedAndWidened(): void
    {
        $wide = new Webhook(Signed::SECRET, toleranceS: 600);
        self::assertSame('evt_1', $wide->verify(Signed::BODY, Signed::standard(), nowMs: Signed::NOW_MS + 600_000)->id);
        $this->expectException(TooOld::class);
        $narrow = new Webhook(Signed::SECRET, toleranceS: 10);
        $narrow->verify(Signed::BODY, Signed::standard(), nowMs: Signed::NOW_MS + 11_000);
    }

    public function testAWindowThatMakesNoSenseIsRefused(): void
    {
        foreach ([['yativo', 10, 'leave `toleranceS` out'], ['standard', -1, '`toleranceS` is -1']] as $case) {
            try {
                new Webhook(Signed::SECRET, $case[0], $case[1]);
                self::fail('it was accepted');
            } catch (ConfigurationException $refused) {
                self::assertStringContainsString($case[2], $refused->getMessage());
            }
        }
    }

    public function testADialectThatSignsTheUrlWantsIt(): void
    {
        $this->expectException(ConfigurationException::class);
        $this->expectExceptionMessage('`square` signs the URL');
        (new Webhook(Signed::SECRET, 'square'))->verify('{}', ['x-square-hmacsha256-signature' => 'x']);
    }

    public function testSecretsAreNeverShown(): void
    {
        $webhook = new Webhook('correct-horse-battery-staple');
        ob_start();
        var_dump($webhook);
        self::assertStringNotContainsString('horse', print_r($webhook, true) . ob_get_clean());
    }

    public function testSignaturesAreComparedInConstantTime(): void
    {
        $source = (string) file_get_contents(__DIR__ . '/../src/Verification/SharedKey.php');
        self::assertSame(1, preg_match('/hash_equals\(\$expected, \$text\)/', $source));
        self::assertSame(0, preg_match('/[!=]==? \$(expected|text)|\$(expected|text) [!=]==? \$/', $source));
    }

    /** @param array<string, string> $headers */
    private function refusal(string $dialect, array $headers, int $nowMs = Signed::NOW_MS): WebhookVerificationException
    {
        try {
            (new Webhook(Signed::SECRET, $dialect))->verify(Signed::BODY, $headers, nowMs: $nowMs);
        } catch (WebhookVerificationException $refused) {
            return $refused;
        }
        self::fail('it was accepted');
    }
}
