/** The spans that an overview can show, and in which steps. Each fits a chart: between 60 and 720 points. */
export const RANGES = {
  "1h": { label: "1 hour", spoken: "the last hour", seconds: 3_600, unit: "minute", pollMs: 5_000 },
  "6h": { label: "6 hours", spoken: "the last 6 hours", seconds: 21_600, unit: "minute", pollMs: 15_000 },
  "24h": { label: "24 hours", spoken: "the last 24 hours", seconds: 86_400, unit: "hour", pollMs: 30_000 },
  "7d": { label: "7 days", spoken: "the last 7 days", seconds: 604_800, unit: "hour", pollMs: 60_000 },
  "30d": { label: "30 days", spoken: "the last 30 days", seconds: 2_592_000, unit: "hour", pollMs: 60_000 },
} as const;

export type RangeName = keyof typeof RANGES;
export type Unit = "minute" | "hour";

export const RANGE_NAMES = Object.keys(RANGES) as RangeName[];
export const STEP_MS: Record<Unit, number> = { minute: 60_000, hour: 3_600_000 };

/**
 * The buckets to ask for: those that the server's numbers of the same span add up, from the one in which it begins to the one
 * that is not over. A chart that left one out would not agree with the number beside it.
 */
export function bucketsOf(name: RangeName, now: number): { since: string; until: string } {
  const { seconds, unit } = RANGES[name];
  const step = STEP_MS[unit];
  const from = Math.floor((now - seconds * 1000) / step) * step;
  const until = (Math.floor(now / step) + 1) * step;
  return { since: new Date(from).toISOString(), until: new Date(until).toISOString() };
}
