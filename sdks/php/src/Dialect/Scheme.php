<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Dialect;

/** One way of signing; a header with versions may have several. */
final class Scheme
{
    public function __construct(
        public readonly string $version,
        public readonly string $algorithm,
        public readonly string $output,
        public readonly string $prefix,
        public readonly string $user,
    ) {
    }

    /** @param array<string, string> $data */
    public static function fromData(array $data): self
    {
        return new self(
            $data['version'] ?? '',
            $data['algorithm'],
            $data['output'] ?? 'base64',
            $data['prefix'] ?? '',
            $data['user'] ?? '',
        );
    }
}
