<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Dialect;

/** What is signed, and how the header spells it. */
final class Signature
{
    private const SEPARATORS = ['bare' => '', 'pairs' => ',', 'versions' => ' '];

    /**
     * @param string       $grammar `bare`, `pairs` or `versions`
     * @param list<Piece>  $content
     * @param list<Scheme> $schemes
     */
    public function __construct(
        public readonly string $header,
        public readonly string $grammar,
        public readonly string $separator,
        public readonly array $content,
        public readonly array $schemes,
        public readonly ?SignedTime $time,
    ) {
    }

    /**
     * The tables of a dialect's data, of which there may be one or a list.
     *
     * @param array<mixed> $data
     *
     * @return list<array<string, mixed>>
     */
    public static function tables(array $data): array
    {
        return array_is_list($data) ? $data : [$data];
    }

    /**
     * @param array<string, mixed> $data
     * @param list<Header>         $headers what is sent beside it
     */
    public static function fromData(array $data, array $headers): self
    {
        $content = Piece::list($data['content'] ?? []);

        return new self(
            $data['header'],
            $data['grammar'],
            $data['separator'] ?? self::SEPARATORS[$data['grammar']],
            $content,
            array_map(Scheme::fromData(...), $data['scheme']),
            SignedTime::find($content, $headers, $data['timestamp_key'] ?? null),
        );
    }

    /** @return list<string> the versions that its schemes have; none in a bare header */
    public function versions(): array
    {
        $versions = array_map(static fn (Scheme $scheme): string => $scheme->version, $this->schemes);

        return array_values(array_filter($versions, static fn (string $version): bool => $version !== ''));
    }
}
