<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Dialect;

use Nuncio\Webhooks\Exception\DialectException;

/**
 * One dialect, as a receiver needs it: the data of a dialect file, read once into typed values.
 *
 * Nothing here or elsewhere in this package knows a vendor's name.
 */
final class Dialect
{
    /** @var array<string, self>|null */
    private static ?array $builtins = null;

    /**
     * @param list<Header>               $headers
     * @param list<Signature>            $signatures those that must all fit; the first is the one whose key and scheme
     *                                               count
     * @param bool                       $isEscaped  whether values of headers are percent-encoded (CloudEvents 1.0, HTTP
     *                                               binding, 3.1.3.2)
     * @param list<Member>               $members
     * @param list<string>               $versions
     * @param array<string, string>|null $handshake
     */
    private function __construct(
        public readonly string $name,
        public readonly string $title,
        public readonly SecretRules $secret,
        public readonly array $headers,
        public readonly array $signatures,
        public readonly bool $isEscaped,
        public readonly bool $isForm,
        public readonly array $members,
        public readonly ?int $toleranceS,
        public readonly array $versions,
        public readonly Answers $answers,
        public readonly ?array $handshake,
    ) {
    }

    /**
     * Reads the data of a dialect file (its TOML, or the same as JSON); other keys than a receiver's are ignored.
     *
     * @param array<string, mixed> $data
     *
     * @throws DialectException naming the dialect; `nuncio dialect check` finds every contradiction
     */
    public static function fromData(array $data): self
    {
        $name = is_string($data['name'] ?? null) ? $data['name'] : '?';
        if (!isset($data['signature'])) {
            throw new DialectException("the dialect `$name` has no `[signature]`: there is nothing to verify");
        }
        foreach (['secret', 'signature', 'body'] as $table) {
            if (!is_array($data[$table] ?? null)) {
                throw new DialectException("the dialect `$name` has no `[$table]`: check its file first");
            }
        }
        set_error_handler(static fn (int $_, string $message) => throw new \ErrorException($message));
        try {
            return self::read($data);
        } catch (\ErrorException | \TypeError | \ValueError $error) {
            $reason = $error->getMessage();
            throw new DialectException("the dialect `$name` is incomplete: $reason; check its file first", 0, $error);
        } finally {
            restore_error_handler();
        }
    }

    /**
     * The built-in dialect of that name.
     *
     * @throws DialectException naming those that exist
     */
    public static function builtin(string $name): self
    {
        $known = implode(', ', self::builtinNames());

        return self::builtins()[$name] ?? throw new DialectException(
            "there is no built-in dialect `$name`: give one of $known, or a dialect's own data",
        );
    }

    /** @return list<string> the names of the built-in dialects, the default one first */
    public static function builtinNames(): array
    {
        return array_keys(self::builtins());
    }

    /** Whether a signed time tells how old a request is. */
    public function signsTime(): bool
    {
        return array_filter($this->signatures, static fn (Signature $signature): bool => $signature->time !== null) !== [];
    }

    /** The header whose whole value is that field, if the dialect sends one. */
    public function headerOf(string $field): ?string
    {
        return self::soleCarrier($this->headers, $field);
    }

    /**
     * @internal
     *
     * @param list<Header> $headers
     */
    public static function soleCarrier(array $headers, string $field): ?string
    {
        foreach ($headers as $header) {
            if (count($header->value) === 1 && $header->value[0]->is($field)) {
                return $header->name;
            }
        }

        return null;
    }

    /** @return array<string, self> */
    private static function builtins(): array
    {
        if (self::$builtins === null) {
            $json = (string) file_get_contents(__DIR__ . '/../dialects.json');
            $dialects = array_map(self::read(...), json_decode($json, true, flags: JSON_THROW_ON_ERROR));
            self::$builtins = array_column($dialects, null, 'name');
        }

        return self::$builtins;
    }

    /** @param array<string, mixed> $data */
    private static function read(array $data): self
    {
        $headers = array_map(
            static fn (array $header): Header => new Header($header['name'], Piece::list($header['value'])),
            $data['header'] ?? [],
        );
        $tables = Signature::tables($data['signature']);
        $required = array_filter($tables, static fn (array $table): bool => ($table['receivers'] ?? '') !== 'ignore');
        $signatures = array_map(
            static fn (array $table): Signature => Signature::fromData($table, $headers),
            array_values($required),
        );
        if ($signatures === []) {
            throw new \ValueError('no `[signature]` is one that receivers require');
        }
        $receiver = $data['receiver'] ?? [];

        return new self(
            $data['name'],
            $data['title'] ?? $data['name'],
            SecretRules::fromData($data['secret'], array_merge(...array_column($tables, 'scheme'))),
            $headers,
            $signatures,
            ($data['request']['values'] ?? '') === 'cloudevents',
            $data['body']['format'] === 'form',
            Member::list($data['body']['members'] ?? []),
            $receiver['tolerance_s'] ?? null,
            $receiver['versions'] ?? array_merge(
                ...array_map(static fn (Signature $signature): array => $signature->versions(), $signatures),
            ),
            new Answers(...$receiver['answers'] ?? []),
            $data['handshake'] ?? null,
        );
    }
}
