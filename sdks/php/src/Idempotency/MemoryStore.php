<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Idempotency;

/**
 * Remembers within this process: for servers that stay (RoadRunner, Swoole) and for tests. The oldest goes first when
 * the capacity is reached.
 */
final class MemoryStore implements Store
{
    /** @var array<string, array{Claim, float}> state and end, the oldest first */
    private array $entries = [];
    /** @var \Closure(): float */
    private readonly \Closure $clock;

    /**
     * @param int                    $capacity how many deliveries: 100,000 take about 30 MB
     * @param (callable(): float)|null $clock  seconds that only grow; left out, the system's
     */
    public function __construct(private readonly int $capacity = 100_000, ?callable $clock = null)
    {
        $this->clock = $clock === null ? static fn (): float => hrtime(true) / 1e9 : $clock(...);
    }

    public function claim(string $key, int $leaseS): Claim
    {
        [$state, $end] = $this->entries[$key] ?? [Claim::First, 0.0];
        if ($state !== Claim::First && $end > ($this->clock)()) {
            return $state;
        }
        $this->put($key, Claim::Running, $leaseS);

        return Claim::First;
    }

    public function complete(string $key, int $windowS): void
    {
        $this->put($key, Claim::Done, $windowS);
    }

    public function release(string $key): void
    {
        unset($this->entries[$key]);
    }

    private function put(string $key, Claim $state, int $seconds): void
    {
        unset($this->entries[$key]);
        $this->entries[$key] = [$state, ($this->clock)() + $seconds];
        if (count($this->entries) > $this->capacity) {
            unset($this->entries[array_key_first($this->entries)]);
        }
    }
}
