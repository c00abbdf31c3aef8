<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Dialect;

/** Which form the signed time has, and where it is: in a header, or in the signature's pair of that key. */
final class SignedTime
{
    private const FIELDS = ['timestamp_s', 'timestamp_ms', 'timestamp_rfc3339'];

    public function __construct(
        public readonly string $field,
        public readonly ?string $header,
        public readonly ?string $pair,
    ) {
    }

    /**
     * @param list<Piece>  $content what is signed
     * @param list<Header> $headers what is sent
     */
    public static function find(array $content, array $headers, ?string $pair): ?self
    {
        foreach ($content as $piece) {
            if ($piece->kind === PieceKind::Field && in_array($piece->text, self::FIELDS, true)) {
                $header = $pair === null ? Dialect::soleCarrier($headers, $piece->text) : null;

                return new self($piece->text, $header, $pair);
            }
        }

        return null;
    }
}
