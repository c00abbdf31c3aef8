import type { StatsPoint, Stats } from "@/api/types";
import { STEP_MS, type Unit } from "./range";

/** Buckets without gaps: one for each step of a span. */
export interface Filled {
  /** Unix seconds at which each begins. */
  times: number[];
  /** Null where nothing happened. */
  buckets: (StatsPoint | null)[];
}

/** The server leaves out the steps in which nothing happened; a chart needs them all. */
export function fill({ unit, since, until, data }: Stats): Filled {
  const step = STEP_MS[unit as Unit];
  const from = Math.floor(Date.parse(since) / step) * step;
  const byTime = new Map(data.map((bucket) => [Date.parse(bucket.at), bucket]));
  const times: number[] = [];
  const buckets: (StatsPoint | null)[] = [];
  for (let at = from; at < Date.parse(until); at += step) {
    times.push(at / 1000);
    buckets.push(byTime.get(at) ?? null);
  }
  return { times, buckets };
}

type Count = "events" | "attempts" | "attempts_failed" | "succeeded" | "dead" | "cancelled";

/** A count at each step; nothing is zero. */
export function counts({ buckets }: Filled, name: Count): number[] {
  return buckets.map((bucket) => bucket?.[name] ?? 0);
}

/** Attempts that succeeded, at each step. */
export function attemptsSucceeded({ buckets }: Filled): number[] {
  return buckets.map((bucket) => (bucket === null ? 0 : bucket.attempts - bucket.attempts_failed));
}

/** A quantile at each step; where nothing was measured, there is none. */
export function quantile(
  { buckets }: Filled,
  of: "attempt_time" | "delivery_time",
  name: "p50_us" | "p95_us" | "p99_us",
): (number | null)[] {
  return buckets.map((bucket) => bucket?.[of][name] ?? null);
}

export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The greatest value and where it is; null where all are nothing. */
export function peak(values: readonly (number | null)[]): { value: number; at: number } | null {
  let found: { value: number; at: number } | null = null;
  values.forEach((value, at) => {
    if (value !== null && value > (found?.value ?? 0)) found = { value, at };
  });
  return found;
}
