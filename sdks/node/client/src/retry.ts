/** How often and how soon a call is made again. */
export interface RetryPolicy {
  /** Attempts in all; 1 never tries again. */
  attemptsMax: number;
  /** The wait before the second attempt, milliseconds; each further one doubles it. */
  baseMs: number;
  /** The longest wait of its own choice, milliseconds. */
  capMs: number;
  /** The longest wait that a server may ask for, milliseconds. If it asks for more, the call fails at once. */
  retryAfterMaxMs: number;
}

/** Four attempts within some two seconds, or within two minutes where the server asks for waits. */
export const DEFAULT_RETRY: Readonly<RetryPolicy> = {
  attemptsMax: 4,
  baseMs: 250,
  capMs: 8_000,
  retryAfterMaxMs: 30_000,
};

/**
 * Whether an answer is worth another attempt: the server asks for it (429, 503), or something between answered for it
 * (any other 5xx without a problem document). What the server itself says of a failure stays so.
 */
export function isTransient(status: number, hasProblem: boolean): boolean {
  return status === 429 || status === 503 || (status >= 500 && !hasProblem);
}

/**
 * How long to wait before the next attempt, milliseconds; undefined if there is none.
 *
 * `attempts` are over. The wait doubles each time, minus up to half of it by `chance` (0 to 1), so that many clients
 * do not come back together; it is never shorter than what the server asks for.
 */
export function waitMs(
  policy: RetryPolicy,
  attempts: number,
  retryAfterMs: number | undefined,
  chance: number,
): number | undefined {
  const asked = retryAfterMs ?? 0;
  if (attempts >= policy.attemptsMax || asked > policy.retryAfterMaxMs) return undefined;
  const full = Math.min(policy.capMs, policy.baseMs * 2 ** (attempts - 1));
  return Math.max(asked, full * (1 - chance / 2));
}

/** The value of a `Retry-After` header (RFC 9110, 10.2.3) in milliseconds from `nowMs`; undefined if it has no meaning. */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const atMs = /^[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
