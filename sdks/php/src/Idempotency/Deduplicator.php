<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Idempotency;

use Nuncio\Webhooks\Event;

/**
 * Every delivery handled once: retries of one that was handled are recognised by their id.
 *
 * A delivery is *running* from the first time it is seen until its handler ends. Then it is *done* and remembered for a
 * window, or, where the handler failed, released, so that the sender's retry is handled. A process that dies while it
 * runs a handler releases it too: the lease ends.
 */
final class Deduplicator
{
    /** How many seconds a delivery that was handled is remembered. */
    public const WINDOW_S = 24 * 3600;
    /** How many seconds a handler may take before a retry counts as the first attempt. */
    public const LEASE_S = 300;

    /**
     * @param Store $store {@see MemoryStore} lasts only as long as its process: PHP-FPM needs {@see FileStore} or a
     *                     database
     */
    public function __construct(
        private readonly Store $store = new MemoryStore(),
        private readonly int $windowS = self::WINDOW_S,
        private readonly int $leaseS = self::LEASE_S,
    ) {
    }

    /** Whether to handle it. {@see Claim::First} must be followed by {@see complete} or {@see release}. */
    public function claim(Event $event): Claim
    {
        $key = self::keyOf($event);

        return $key === null ? Claim::First : $this->store->claim($key, $this->leaseS);
    }

    /** Its handler has succeeded. */
    public function complete(Event $event): void
    {
        $key = self::keyOf($event);
        if ($key !== null) {
            $this->store->complete($key, $this->windowS);
        }
    }

    /** Its handler has failed: the next attempt is to be handled. */
    public function release(Event $event): void
    {
        $key = self::keyOf($event);
        if ($key !== null) {
            $this->store->release($key);
        }
    }

    /** Whether the event is new, for receivers that handle it in the same transaction: it is done at once. */
    public function isFirstTime(Event $event): bool
    {
        if ($this->claim($event) !== Claim::First) {
            return false;
        }
        $this->complete($event);

        return true;
    }

    /**
     * What tells deliveries apart: the delivery's id, else the event's. Null where the dialect carries neither; such
     * events are handled every time, since two that look alike may be two.
     */
    public static function keyOf(Event $event): ?string
    {
        return match (true) {
            $event->deliveryId !== null => "$event->dialect:delivery:$event->deliveryId",
            $event->id !== null => "$event->dialect:event:$event->id",
            default => null,
        };
    }
}
