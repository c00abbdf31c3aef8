<?php

declare(strict_types=1);

namespace Nuncio\Webhooks;

use Nuncio\Webhooks\Dialect\Dialect;
use Nuncio\Webhooks\Verification\Key;
use Nuncio\Webhooks\Verification\SharedKey;

/** What a new endpoint is asked before it gets events, and the answers. */
final class Handshake
{
    public function __construct(private readonly Dialect $dialect)
    {
    }

    /**
     * The answer to an `OPTIONS` request that names its sender (CloudEvents 1.0, HTTP web hooks, 4); null where the
     * dialect asks nothing like it.
     *
     * @param list<string>|null $allowedOrigins the senders that may send; null allows any
     */
    public function answerOptions(Request $request, ?array $allowedOrigins): ?Answer
    {
        $rules = $this->dialect->handshake;
        if (strtoupper($request->method) !== 'OPTIONS' || !isset($rules['request_header'])) {
            return null;
        }
        $origins = $request->values($rules['request_header']);
        if (count($origins) !== 1 || ($allowedOrigins !== null && !in_array($origins[0], $allowedOrigins, true))) {
            return Answer::text(403, 'Unknown sender');
        }

        return new Answer(204, [$rules['answer_header'] => $origins[0], 'Allow' => 'POST, OPTIONS']);
    }

    /**
     * The answer to a verified request that is a challenge, signed with `$key` where the dialect wants that; null for
     * an event.
     *
     * @param mixed $payload the parsed body
     */
    public function answerChallenge(mixed $payload, Key $key): ?Answer
    {
        $rules = $this->dialect->handshake;
        if (!isset($rules['challenge'])) {
            return null;
        }
        $place = self::path($rules['challenge']);
        $challenge = self::lookup($payload, $place);
        if (!is_string($challenge) || !self::holds($payload, json_decode($rules['request'], true), $place)) {
            return null;
        }
        $answer = self::put([], self::path($rules['answer']), $challenge);
        if (isset($rules['digest'])) {
            $answer = self::put($answer, self::path($rules['digest']), $this->digest($challenge, $key));
        }

        return new Answer(
            200,
            ['Content-Type' => 'application/json'],
            json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES),
        );
    }

    /** The signature of the challenge alone, as the first scheme writes it but without its prefix. */
    private function digest(string $challenge, Key $key): ?string
    {
        return $key instanceof SharedKey ? $key->sign($this->dialect->signatures[0]->schemes[0], $challenge) : null;
    }

    /**
     * Whether the payload is the template with a challenge in it; vendors add members of their own.
     *
     * @param list<string> $place
     */
    private static function holds(mixed $payload, mixed $template, array $place): bool
    {
        if ($place === []) {
            return true;
        }
        if (!is_array($payload) || !is_array($template)) {
            return $payload === $template;
        }
        foreach ($template as $name => $value) {
            $isOnTheWay = (string) $name === $place[0];
            $found = $payload[$name] ?? null;
            if ($isOnTheWay ? !self::holds($found, $value, array_slice($place, 1)) : $found !== $value) {
                return false;
            }
        }

        return true;
    }

    /** @return list<string> the names of a JSON pointer (RFC 6901) */
    private static function path(string $pointer): array
    {
        $names = array_slice(explode('/', $pointer), 1);

        return array_map(static fn (string $name): string => strtr($name, ['~1' => '/', '~0' => '~']), $names);
    }

    /** @param list<string> $path */
    private static function lookup(mixed $payload, array $path): mixed
    {
        foreach ($path as $name) {
            $payload = is_array($payload) ? ($payload[$name] ?? null) : null;
        }

        return $payload;
    }

    /**
     * @param array<string, mixed> $answer
     * @param list<string>         $path
     *
     * @return array<string, mixed>
     */
    private static function put(array $answer, array $path, ?string $value): array
    {
        $name = array_shift($path);
        $answer[$name] = $path === [] ? $value : self::put($answer[$name] ?? [], $path, $value);

        return $answer;
    }
}
