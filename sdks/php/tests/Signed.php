<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Tests;

/** Requests as Nuncio sends them, signed by hand. */
final class Signed
{
    public const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    public const OLD_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
    public const NOW_MS = 1_777_206_896_123;
    public const BODY = '{"type":"risk.created","timestamp":"2026-04-26T12:34:56.123Z","data":{"id":"risk_1"}}';

    /** @return array<string, string> the headers of Standard Webhooks 1.0.0 */
    public static function standard(
        string $body = self::BODY,
        int $nowMs = self::NOW_MS,
        string $id = 'evt_1',
        string $secret = self::SECRET,
    ): array {
        $seconds = intdiv($nowMs, 1000);
        $key = base64_decode(substr($secret, strlen('whsec_')), true);
        $signature = base64_encode(hash_hmac('sha256', "$id.$seconds.$body", $key, true));

        return ['webhook-id' => $id, 'webhook-timestamp' => "$seconds", 'webhook-signature' => "v1,$signature"];
    }

    /** @return array<string, string> the headers of the `v0=` family: `v0:time:body` */
    public static function versioned(
        string $header,
        string $timeHeader,
        string $body,
        int $nowMs,
        string $secret = self::SECRET,
    ): array {
        $seconds = intdiv($nowMs, 1000);

        return [$timeHeader => "$seconds", $header => 'v0=' . hash_hmac('sha256', "v0:$seconds:$body", $secret)];
    }

    public static function nowMs(): int
    {
        return (int) floor(microtime(true) * 1000);
    }

    /** @return array<mixed> what that section of every conformance file holds, with the dialect's name before it */
    public static function vectors(string $section): array
    {
        $vectors = [];
        foreach (json_decode((string) file_get_contents(self::root() . '/sdks/dialects.json'), true) as $dialect) {
            $name = $dialect['name'];
            $file = json_decode((string) file_get_contents(self::root() . "/conformance/$name.json"), true);
            foreach ($file[$section] as $at => $vector) {
                $vectors["$name $section $at"] = [$name, $vector];
            }
        }

        return $vectors;
    }

    public static function root(): string
    {
        return dirname(__DIR__, 3);
    }
}
