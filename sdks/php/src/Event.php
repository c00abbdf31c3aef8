<?php

declare(strict_types=1);

namespace Nuncio\Webhooks;

/** One event. What the dialect does not carry is null. */
final class Event
{
    /**
     * @param \DateTimeImmutable|null $time       when it occurred, in UTC; the same on every attempt
     * @param mixed                   $data       the publisher's data, parsed: objects as arrays, integers beyond 64
     *                                            bits as strings; a map of texts where the body is a form
     * @param string|null             $deliveryId stable over all attempts of one delivery, where a header carries it
     * @param mixed                   $payload    the whole body, parsed
     * @param int                     $key        which of the secrets had signed, counted from 0
     * @param string|null             $version    the version of the signature that fitted
     * @param \DateTimeImmutable|null $timestamp  when this attempt was signed, in UTC
     * @param string                  $dialect    the name of the dialect that it came in
     */
    public function __construct(
        public readonly ?string $id,
        public readonly ?string $type,
        public readonly ?\DateTimeImmutable $time,
        public readonly ?string $tenant,
        public readonly mixed $data,
        public readonly ?string $deliveryId,
        public readonly mixed $payload,
        public readonly int $key,
        public readonly ?string $version,
        public readonly ?\DateTimeImmutable $timestamp,
        public readonly string $dialect,
    ) {
    }
}
