<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Verification;

use Nuncio\Webhooks\Dialect\Dialect;
use Nuncio\Webhooks\Dialect\Piece;
use Nuncio\Webhooks\Dialect\PieceKind;
use Nuncio\Webhooks\Dialect\Signature;
use Nuncio\Webhooks\Exception\BadSignature;
use Nuncio\Webhooks\Exception\ConfigurationException;
use Nuncio\Webhooks\Exception\MalformedHeader;
use Nuncio\Webhooks\Exception\MissingHeader;
use Nuncio\Webhooks\Exception\TooNew;
use Nuncio\Webhooks\Exception\TooOld;
use Nuncio\Webhooks\Exception\WebhookVerificationException;
use Nuncio\Webhooks\Request;
use Nuncio\Webhooks\Verified;

/** Is this request genuine, and recent? A pure function of the dialect, the keys, the request and the clock. */
final class Verifier
{
    /** The value of the signature header. */
    private readonly string $value;

    private function __construct(
        private readonly Dialect $dialect,
        private readonly Signature $signature,
        private readonly Request $request,
    ) {
        $this->value = $this->header($this->signature->header);
    }

    /**
     * Verifies as the vendor's receivers should: header names in any case, signatures compared in constant time, the
     * signed time at most `$toleranceS` seconds away from `$nowMs` (in whole seconds where the dialect sends seconds).
     * Every signature that receivers require must fit.
     *
     * @param list<Key> $keys
     *
     * @throws WebhookVerificationException the first reason to refuse the request
     */
    public static function verify(
        Dialect $dialect,
        array $keys,
        Request $request,
        int $nowMs,
        ?int $toleranceS,
    ): Verified {
        $all = new Verified(-1, null, null);
        foreach ($dialect->signatures as $signature) {
            $one = (new self($dialect, $signature, $request))->run($keys, $nowMs, $toleranceS);
            $all = new Verified(
                $all->key < 0 ? $one->key : $all->key,
                $all->version ?? $one->version,
                $all->timestampMs ?? $one->timestampMs,
            );
        }

        return $all;
    }

    /** @param list<Key> $keys */
    private function run(array $keys, int $nowMs, ?int $toleranceS): Verified
    {
        $timestampMs = $this->timestampMs();
        if ($timestampMs !== null && $toleranceS !== null) {
            $this->checkAge($timestampMs, $nowMs, $toleranceS);
        }
        [$key, $version] = $this->find($keys, $this->contents());

        return new Verified($key, $version, $timestampMs);
    }

    /** The one header of that name. A second one is refused: two readers could each take another. */
    private function header(string $name): string
    {
        $values = $this->request->values($name);

        return match (count($values)) {
            0 => throw new MissingHeader($name, $this->dialect->answers),
            1 => $values[0],
            default => throw $this->malformed($name, 'it is there twice'),
        };
    }

    private function malformed(string $name, string $reason): MalformedHeader
    {
        return new MalformedHeader($name, $reason, $this->dialect->answers);
    }

    /** @return list<array{string, string}> the header's items: versions (empty in a bare one) and what they hold */
    private function items(): array
    {
        if ($this->signature->grammar === 'bare') {
            return [['', $this->value]];
        }
        $between = $this->signature->grammar === 'pairs' ? '=' : ',';
        $items = [];
        foreach (explode($this->signature->separator, $this->value) as $item) {
            $halves = explode($between, trim($item), 2);
            if (count($halves) === 2) {
                $items[] = $halves;
            }
        }

        return $items;
    }

    private function timestampMs(): ?int
    {
        $time = $this->signature->time;
        if ($time === null) {
            return null;
        }
        [$text, $name] = $this->signedTime();

        return Time::parseMs($time->field, $text)
            ?? throw $this->malformed($name, 'its time is not a number in the right format');
    }

    /** @return array{string, string} the signed time as it was sent, and the header that it came in */
    private function signedTime(): array
    {
        $time = $this->signature->time;
        if ($time?->header !== null) {
            return [$this->header($time->header), $time->header];
        }
        $name = $this->signature->header;
        $times = array_filter($this->items(), static fn (array $item): bool => $item[0] === $time?->pair);

        return match (count($times)) {
            0 => throw $this->malformed($name, 'it holds no time'),
            1 => [current($times)[1], $name],
            default => throw $this->malformed($name, 'it holds two times'),
        };
    }

    private function checkAge(int $signedMs, int $nowMs, int $toleranceS): void
    {
        $isInMs = $this->signature->time?->field === 'timestamp_ms';
        $ageMs = ($isInMs ? $nowMs : $nowMs - $nowMs % 1000) - $signedMs;
        // Seconds are rounded away from zero: 300,001 ms is "301 s", never "300 s, more than 300 s".
        $seconds = intdiv(abs($ageMs) + 999, 1000);
        if ($ageMs > $toleranceS * 1000) {
            throw new TooOld($seconds, $toleranceS, $this->dialect->answers);
        }
        if ($ageMs < -$toleranceS * 1000) {
            throw new TooNew($seconds, $toleranceS, $this->dialect->answers);
        }
    }

    /** @return list<string> the bytes that may have been signed: one text, or one for each spelling of a signed URL */
    private function contents(): array
    {
        $parts = [];
        $signsUrl = false;
        foreach ($this->signature->content as $at => $piece) {
            $signsUrl = $signsUrl || $piece->is('url');
            $parts[] = $piece->is('url') ? null : $this->part($at, $piece);
        }
        if (!$signsUrl) {
            return [implode('', $parts)];
        }
        if ($this->request->url === null) {
            throw new ConfigurationException("the dialect `{$this->dialect->name}` signs the URL: give it");
        }

        return array_map(
            static fn (string $url): string => implode('', array_map(static fn (?string $part) => $part ?? $url, $parts)),
            Url::signed($this->request->url),
        );
    }

    private function part(int $at, Piece $piece): string
    {
        return match (true) {
            $piece->kind === PieceKind::Text => $piece->text,
            $piece->is('body') => $this->request->body,
            $piece->is('sorted_form') => Form::sorted($this->request->body),
            $piece->is('method') => $this->request->method,
            default => $this->carried($at, $piece),
        };
    }

    private function carried(int $at, Piece $piece): string
    {
        [$text, $name] = match (true) {
            $piece->kind === PieceKind::Header => [$this->header($piece->text), $piece->text],
            $piece->text === $this->signature->time?->field => $this->signedTime(),
            default => $this->carriedAlone($piece->text),
        };
        $after = $this->signature->content[$at + 1] ?? null;
        // A value that holds the text which ends it could be cut elsewhere and still be signed the same.
        if ($after?->kind === PieceKind::Text && str_contains($text, $after->text)) {
            throw $this->malformed($name, 'it holds the separator of the signed content');
        }

        return $text;
    }

    /** @return array{string, string} */
    private function carriedAlone(string $field): array
    {
        $name = $this->dialect->headerOf($field)
            ?? throw $this->malformed($this->signature->header, 'a signed value was not sent');

        return [$this->header($name), $name];
    }

    /**
     * The first key that fits a signature of an accepted version under one of the contents, and that version.
     *
     * @param list<Key>    $keys
     * @param list<string> $contents
     *
     * @return array{int, string|null}
     */
    private function find(array $keys, array $contents): array
    {
        $items = $this->items();
        if (implode('', array_column($items, 0)) === '' && $this->signature->grammar !== 'bare') {
            throw $this->malformed($this->signature->header, 'it lists no signature');
        }
        foreach ($keys as $index => $key) {
            $version = $this->fittingVersion($key, $items, $contents);
            if ($version !== null) {
                return [$index, $version === '' ? null : $version];
            }
        }
        throw new BadSignature($this->signature->header, $this->dialect->answers);
    }

    /**
     * @param list<array{string, string}> $items
     * @param list<string>                $contents
     */
    private function fittingVersion(Key $key, array $items, array $contents): ?string
    {
        foreach ($this->signature->schemes as $scheme) {
            if ($scheme->version !== '' && !in_array($scheme->version, $this->dialect->versions, true)) {
                continue;
            }
            $texts = [];
            foreach ($items as [$version, $text]) {
                if ($version === $scheme->version && str_starts_with($text, $scheme->prefix)) {
                    $texts[] = substr($text, strlen($scheme->prefix));
                }
            }
            foreach ($contents as $content) {
                if ($key->fitsOne($scheme, $content, $texts)) {
                    return $scheme->version;
                }
            }
        }

        return null;
    }
}
