import type { AnyEvent } from "./event.js";

/** How long a delivery that was handled is remembered. */
export const WINDOW_MS = 24 * 60 * 60 * 1000;
/** How long a handler may take before a retry counts as the first attempt: a process that dies must not lose a delivery. */
export const LEASE_MS = 5 * 60 * 1000;
/** How many deliveries the store in memory remembers: about 20 MB at most. */
export const CAPACITY = 100_000;

/** `first`: handle it. `running`: another handler has it. `done`: it was handled within the window. */
export type Claim = "first" | "running" | "done";

/** Remembers deliveries; several processes share one by sharing a database. */
export interface DeduplicationStore {
  /** Asks and takes in one atomic step: of several callers at once, one gets `first`. */
  claim(key: string, leaseMs: number): Claim | Promise<Claim>;
  /** Remembers the delivery as done for that long. */
  complete(key: string, windowMs: number): void | Promise<void>;
  /** Forgets it. */
  release(key: string): void | Promise<void>;
}

/**
 * Recognises retries of what was handled. A delivery is running from the first time it is seen until its handler ends;
 * then it is done or, where the handler failed, released, so that the sender's retry is handled.
 */
export class Deduplicator {
  private readonly store: DeduplicationStore;
  private readonly windowMs: number;
  private readonly leaseMs: number;

  constructor(options: { store?: DeduplicationStore; windowMs?: number; leaseMs?: number } = {}) {
    this.store = options.store ?? new MemoryStore();
    this.windowMs = options.windowMs ?? WINDOW_MS;
    this.leaseMs = options.leaseMs ?? LEASE_MS;
  }

  /** Whether to handle the event. `first` must be followed by `complete` or `release`. */
  async claim(event: AnyEvent): Promise<Claim> {
    const key = deduplicationKey(event);
    return key === null ? "first" : this.store.claim(key, this.leaseMs);
  }

  /** Says that the event's handler has succeeded. */
  async complete(event: AnyEvent): Promise<void> {
    const key = deduplicationKey(event);
    if (key !== null) await this.store.complete(key, this.windowMs);
  }

  /** Says that the event's handler has failed: the next attempt is to be handled. */
  async release(event: AnyEvent): Promise<void> {
    const key = deduplicationKey(event);
    if (key !== null) await this.store.release(key);
  }
}

/**
 * The delivery's id, else the event's. Where the dialect carries neither, every event is handled: two that look alike
 * may be two.
 */
function deduplicationKey(event: AnyEvent): string | null {
  if (event.deliveryId) return `${event.dialect}:delivery:${event.deliveryId}`;
  return event.id ? `${event.dialect}:event:${event.id}` : null;
}

/** Remembers within this process; the oldest goes first when the capacity is reached. */
export class MemoryStore implements DeduplicationStore {
  private readonly entries = new Map<string, { claim: Claim; endsMs: number }>();

  /** `now` is the clock in Unix milliseconds. */
  constructor(
    private readonly capacity = CAPACITY,
    private readonly now: () => number = Date.now,
  ) {}

  claim(key: string, leaseMs: number): Claim {
    const entry = this.entries.get(key);
    if (entry && this.now() < entry.endsMs) return entry.claim;
    this.put(key, "running", leaseMs);
    return "first";
  }

  complete(key: string, windowMs: number): void {
    this.put(key, "done", windowMs);
  }

  release(key: string): void {
    this.entries.delete(key);
  }

  /** How many deliveries are remembered. */
  get size(): number {
    return this.entries.size;
  }

  private put(key: string, claim: Claim, lastsMs: number): void {
    this.entries.delete(key);
    this.entries.set(key, { claim, endsMs: this.now() + lastsMs });
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.capacity) break;
      this.entries.delete(oldest);
    }
  }
}
