<?php

declare(strict_types=1);

namespace Nuncio\Webhooks;

use Nuncio\Webhooks\Dialect\Dialect;
use Nuncio\Webhooks\Dialect\Piece;
use Nuncio\Webhooks\Dialect\PieceKind;
use Nuncio\Webhooks\Exception\MalformedBody;
use Nuncio\Webhooks\Verification\Form;
use Nuncio\Webhooks\Verification\Time;

/** Finds the event of a genuine request where the dialect puts it. */
final class EventReader
{
    /** As deep as PHP reads by default; no event that people write is deeper. */
    private const DEPTH_MAX = 512;

    public function __construct(private readonly Dialect $dialect)
    {
    }

    /**
     * The body as JSON (RFC 8259), or as a map where the dialect sends forms.
     *
     * @throws MalformedBody where it is neither
     */
    public function parse(string $body): mixed
    {
        if ($this->dialect->isForm) {
            return Form::flat($body) ?? throw new MalformedBody('it is no UTF-8 form');
        }
        try {
            $payload = json_decode($body, true, self::DEPTH_MAX, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
        } catch (\JsonException $error) {
            throw new MalformedBody('it is no JSON (' . $error->getMessage() . ')');
        }
        if ($this->dialect->members !== [] && ltrim($body, " \t\r\n")[0] !== '{') {
            throw new MalformedBody('its envelope is no object');
        }

        return $payload;
    }

    /**
     * Puts the event together from the envelope, else from the headers.
     *
     * @param mixed $payload what {@see parse} returned
     *
     * @throws MalformedBody where the envelope is not of the dialect's form
     */
    public function read(Request $request, mixed $payload, Verified $verified): Event
    {
        $fields = $this->fromEnvelope($payload) + $this->fromHeaders($request);
        $timestampMs = $verified->timestampMs;

        return new Event(
            self::text($fields, 'event_id') ?? self::text($fields, 'message_id'),
            self::text($fields, 'event_type'),
            self::time($fields),
            self::text($fields, 'tenant'),
            $this->dialect->members === [] ? $payload : ($fields['data'] ?? null),
            $fields['delivery_id'] ?? $fields['delivery_uuid'] ?? null,
            $payload,
            $verified->key,
            $verified->version,
            $timestampMs === null ? null : Time::toDateTime($timestampMs),
            $this->dialect->name,
        );
    }

    /** @return array<string, mixed> */
    private function fromHeaders(Request $request): array
    {
        $found = [];
        foreach ($this->dialect->headers as $header) {
            $values = $request->values($header->name);
            if (count($values) === 1) {
                $found += self::fields($header->value, $this->dialect->isEscaped ? self::unescaped($values[0]) : $values[0]);
            }
        }

        return $found;
    }

    /** @return array<string, mixed> */
    private function fromEnvelope(mixed $payload): array
    {
        $found = [];
        foreach ($this->dialect->members as $member) {
            $value = $payload;
            foreach ($member->path as $name) {
                if (!is_array($value) || !array_key_exists($name, $value)) {
                    continue 2;
                }
                $value = $value[$name];
            }
            $found += self::fields($member->value, $value);
        }

        return $found;
    }

    /**
     * The fields that a value was put together from; none where it does not have that form.
     *
     * @param list<Piece> $pieces
     *
     * @return array<string, mixed>
     */
    private static function fields(array $pieces, mixed $value): array
    {
        if (count($pieces) === 1 && $pieces[0]->kind === PieceKind::Field) {
            return [$pieces[0]->text => self::decoded($pieces[0], $value)];
        }
        if (count($pieces) === 1 && $pieces[0]->default !== []) {
            // Without metadata of the tenant's own, this is what stands in its place.
            return self::fields($pieces[0]->default, $value);
        }
        $shown = [];
        $pattern = '';
        foreach ($pieces as $piece) {
            $pattern .= match ($piece->kind) {
                PieceKind::Field => '(.*?)',
                PieceKind::Metadata => '.*?',
                default => preg_quote($piece->text, '~'),
            };
            $shown = $piece->kind === PieceKind::Field ? [...$shown, $piece] : $shown;
        }
        if (!is_string($value) || preg_match("~\\A$pattern\\z~s", $value, $match) !== 1) {
            return [];
        }

        $fields = [];
        foreach ($shown as $at => $piece) {
            $fields[$piece->text] = self::decoded($piece, $match[$at + 1]);
        }

        return $fields;
    }

    /** What a field was before it became a part of a URI. */
    private static function decoded(Piece $piece, mixed $value): mixed
    {
        return $piece->isEncoded && is_string($value) ? self::unescaped($value) : $value;
    }

    /** What is no UTF-8 without its escapes stays as it is. */
    private static function unescaped(string $value): string
    {
        $text = rawurldecode($value);

        return preg_match('//u', $text) === 1 ? $text : $value;
    }

    /** @param array<string, mixed> $fields */
    private static function text(array $fields, string $name): ?string
    {
        $value = $fields[$name] ?? null;
        if ($value !== null && !is_string($value)) {
            throw new MalformedBody("its $name is no text");
        }

        return $value;
    }

    /** @param array<string, mixed> $fields */
    private static function time(array $fields): ?\DateTimeImmutable
    {
        foreach ($fields as $name => $value) {
            if ($value === null || !str_starts_with($name, 'event_time')) {
                continue;
            }
            $unixMs = is_int($value) || is_float($value) || is_string($value) ? Time::parseMs($name, (string) $value) : null;

            return Time::toDateTime($unixMs ?? throw new MalformedBody("its $name is no time"));
        }

        return null;
    }
}
