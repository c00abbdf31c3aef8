<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Idempotency;

/** Where deliveries are remembered; several machines share one by sharing a database. */
interface Store
{
    /** Asks and takes in one atomic step: of several callers at once, one gets {@see Claim::First}. */
    public function claim(string $key, int $leaseS): Claim;

    /** Remembers as done for that many seconds. */
    public function complete(string $key, int $windowS): void;

    /** Forgets. */
    public function release(string $key): void;
}
