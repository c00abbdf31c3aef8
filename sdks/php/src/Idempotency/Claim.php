<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Idempotency;

/** What a store answers for a delivery. */
enum Claim: string
{
    /** It was not seen before, or was released: handle it. */
    case First = 'first';
    /** Another handler has it. */
    case Running = 'running';
    /** It was handled within the window. */
    case Done = 'done';
}
