<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Dialect;

/** How a key comes from a secret. */
final class SecretRules
{
    public function __construct(
        public readonly string $key,
        public readonly string $prefix,
        public readonly int $keyBytesMin,
        public readonly int $keyBytesMax,
        public readonly ?string $privatePrefix,
        public readonly ?string $publicPrefix,
        public readonly bool $takesShared,
        public readonly bool $isToken,
    ) {
    }

    /**
     * @param array<string, mixed>        $rules
     * @param list<array<string, string>> $schemes
     */
    public static function fromData(array $rules, array $schemes): self
    {
        $algorithms = array_column($schemes, 'algorithm');
        $pair = $schemes[(int) array_search('ed25519', $algorithms, true)];
        [$least, $most] = $rules['key_bytes'] ?? [$rules['bytes'], $rules['bytes']];

        return new self(
            $rules['key'],
            $rules['prefix'] ?? '',
            $least,
            $most,
            $pair['private_prefix'] ?? null,
            $pair['public_prefix'] ?? null,
            array_diff($algorithms, ['ed25519']) !== [],
            in_array('token', $algorithms, true),
        );
    }
}
