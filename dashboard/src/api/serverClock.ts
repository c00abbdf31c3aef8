/**
 * What time it is at the server. Every time on the screens is the server's, so "3 s ago" is counted by its clock: by a
 * browser's that is behind, what has happened would lie in the future.
 */

/** How far the server's clock is ahead of the browser's, in milliseconds. */
let aheadMs = 0;

/** `Date` headers tell whole seconds, and an answer takes its time: apart by less than this, clocks agree. */
const TOLERANCE_MS = 2_000;

/** Learns from an answer's `Date` header, if there is one. */
export function heard(date: string | null, now = Date.now()): void {
  const at = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(at)) return;
  const apart = at - now;
  aheadMs = Math.abs(apart) <= TOLERANCE_MS ? 0 : apart;
}

/** Unix milliseconds, by the server's clock. */
export const serverNow = (now = Date.now()): number => now + aheadMs;
