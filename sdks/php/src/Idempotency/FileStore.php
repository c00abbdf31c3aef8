<?php

declare(strict_types=1);

namespace Nuncio\Webhooks\Idempotency;

use Nuncio\Webhooks\Exception\ConfigurationException;

/**
 * Remembers in a folder of this machine, one small file for each delivery: for PHP-FPM and its like, where no process
 * outlives its request. Every operation holds the folder's lock.
 */
final class FileStore implements Store
{
    /** Reading the whole folder is not worth it more often. */
    private const SWEEP_S = 3600;

    /** @var \Closure(): int */
    private readonly \Closure $clock;

    /**
     * @param string                 $folder   made if it does not exist; no other files belong in it
     * @param int                    $capacity how many deliveries stay after a sweep; those that end first go
     * @param (callable(): int)|null $clock    Unix seconds; left out, the system's
     *
     * @throws ConfigurationException for a folder that cannot be written to
     */
    public function __construct(
        private readonly string $folder,
        private readonly int $capacity = 100_000,
        ?callable $clock = null,
    ) {
        if (!is_dir($folder) && !@mkdir($folder, 0o700, true) && !is_dir($folder) || !is_writable($folder)) {
            throw new ConfigurationException("the folder `$folder` cannot be written to: give another, or its rights");
        }
        $this->clock = $clock === null ? time(...) : $clock(...);
    }

    public function claim(string $key, int $leaseS): Claim
    {
        return $this->locked(function () use ($key, $leaseS): Claim {
            $this->sweep();
            $file = $this->file($key);
            clearstatcache(true, $file);
            if (is_file($file) && filemtime($file) > ($this->clock)()) {
                return Claim::from((string) file_get_contents($file));
            }
            $this->write($file, Claim::Running, $leaseS);

            return Claim::First;
        });
    }

    public function complete(string $key, int $windowS): void
    {
        $this->locked(fn () => $this->write($this->file($key), Claim::Done, $windowS));
    }

    public function release(string $key): void
    {
        $this->locked(fn () => @unlink($this->file($key)));
    }

    private function file(string $key): string
    {
        return $this->folder . '/' . hash('sha256', $key);
    }

    /** The file's time is when it ends, so that a sweep need not read it. */
    private function write(string $file, Claim $state, int $seconds): void
    {
        if (file_put_contents($file, $state->value) === false) {
            throw new \RuntimeException("cannot write `$file`: is the disk full?");
        }
        touch($file, ($this->clock)() + $seconds);
    }

    /** Deletes what has ended, and what is beyond the capacity. */
    private function sweep(): void
    {
        $marker = $this->folder . '/.swept';
        clearstatcache(true, $marker);
        $now = ($this->clock)();
        if (is_file($marker) && filemtime($marker) > $now - self::SWEEP_S) {
            return;
        }
        touch($marker, $now);
        $ends = [];
        foreach (glob($this->folder . '/[0-9a-f]*') ?: [] as $file) {
            clearstatcache(true, $file);
            $ends[$file] = (int) filemtime($file);
        }
        arsort($ends);
        $kept = 0;
        foreach ($ends as $file => $end) {
            if ($end <= $now || ++$kept > $this->capacity) {
                unlink($file);
            }
        }
    }

    /**
     * @template T
     *
     * @param \Closure(): T $operation
     *
     * @return T
     */
    private function locked(\Closure $operation): mixed
    {
        $lock = fopen($this->folder . '/.lock', 'c');
        if ($lock === false || !flock($lock, LOCK_EX)) {
            throw new \RuntimeException("cannot lock the folder `$this->folder`: who owns its files?");
        }
        try {
            return $operation();
        } finally {
            fclose($lock);
        }
    }
}
