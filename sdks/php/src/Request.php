<?php

declare(strict_types=1);

namespace Nuncio\Webhooks;

/** A request as it arrived, whatever framework received it. */
final class Request
{
    /**
     * @param string                      $body    the raw bytes
     * @param list<array{string, string}> $headers names in any case, and values
     * @param string|null                 $url     exactly as it was entered with the sender, never parsed and written
     *                                             again; only some dialects sign it
     */
    public function __construct(
        public readonly string $body,
        public readonly array $headers,
        public readonly string $method = 'POST',
        public readonly ?string $url = null,
    ) {
    }

    /**
     * A request whose headers come in the shape of a framework.
     *
     * @param array<mixed> $headers names to a value or a list of values, or a list of pairs
     */
    public static function of(string $body, array $headers, string $method = 'POST', ?string $url = null): self
    {
        $pairs = [];
        foreach ($headers as $name => $values) {
            if (is_int($name) && is_array($values)) {
                [$name, $values] = $values;
            }
            foreach ((array) $values as $value) {
                $pairs[] = [(string) $name, (string) $value];
            }
        }

        return new self($body, $pairs, $method, $url);
    }

    /** The request that this script is answering, from the superglobals and `php://input`. */
    public static function fromGlobals(): self
    {
        $isSecure = !in_array($_SERVER['HTTPS'] ?? 'off', ['', 'off'], true);
        $url = ($isSecure ? 'https' : 'http') . '://' . ($_SERVER['HTTP_HOST'] ?? '') . ($_SERVER['REQUEST_URI'] ?? '');
        $body = (string) file_get_contents('php://input');

        return self::of($body, self::headersFromGlobals(), $_SERVER['REQUEST_METHOD'] ?? 'POST', $url);
    }

    /** The same request under the URL that its sender knows. */
    public function withUrl(string $url): self
    {
        return new self($this->body, $this->headers, $this->method, $url);
    }

    /** @return list<string> every value of that header, whatever its case */
    public function values(string $name): array
    {
        $values = [];
        foreach ($this->headers as [$found, $value]) {
            if (strcasecmp($found, $name) === 0) {
                $values[] = trim($value, " \t");
            }
        }

        return $values;
    }

    /** @return array<string, string> */
    private static function headersFromGlobals(): array
    {
        $headers = [];
        foreach ($_SERVER as $name => $value) {
            if (is_string($value) && str_starts_with((string) $name, 'HTTP_')) {
                $headers[strtr(substr((string) $name, 5), '_', '-')] = $value;
            }
        }
        // Apache keeps it from CGI unless told otherwise, and then under this name.
        if (isset($_SERVER['REDIRECT_HTTP_AUTHORIZATION'])) {
            $headers['AUTHORIZATION'] ??= $_SERVER['REDIRECT_HTTP_AUTHORIZATION'];
        }

        return $headers;
    }
}
