import { describe, expect, test } from "vitest";
import type { StatsPoint } from "@/api/types";
import { bucketsOf } from "./range";
import { attemptsSucceeded, counts, fill, peak, quantile } from "./series";

const none = { p50_us: null, p95_us: null, p99_us: null };
const bucket = (at: string, attempts: number, failed = 0): StatsPoint => ({
  at,
  events: attempts * 2,
  attempts,
  attempts_failed: failed,
  success_rate: attempts === 0 ? null : (attempts - failed) / attempts,
  succeeded: attempts - failed,
  dead: 0,
  cancelled: 0,
  attempt_time: { p50_us: 1_000, p95_us: 2_000, p99_us: 3_000 },
  delivery_time: none,
});

describe("buckets of a span", () => {
  const filled = fill({
    unit: "minute",
    since: "2026-11-26T14:00:00.000Z",
    until: "2026-11-26T14:04:00.000Z",
    data: [bucket("2026-11-26T14:03:00.000Z", 5, 2), bucket("2026-11-26T14:01:00.000Z", 3)],
  });

  test("are all there, in order", () => {
    const first = Date.UTC(2026, 10, 26, 14) / 1000;
    expect(filled.times).toEqual([first, first + 60, first + 120, first + 180]);
  });

  test("count nothing where nothing happened", () => {
    expect(counts(filled, "events")).toEqual([0, 6, 0, 10]);
    expect(attemptsSucceeded(filled)).toEqual([0, 3, 0, 3]);
  });

  test("have no latency where nothing was measured", () => {
    expect(quantile(filled, "attempt_time", "p99_us")).toEqual([null, 3_000, null, 3_000]);
    expect(quantile(filled, "delivery_time", "p50_us")).toEqual([null, null, null, null]);
  });
});

test("a span is every bucket that it touches", () => {
  const now = Date.UTC(2026, 10, 26, 14, 2, 30);
  expect(bucketsOf("1h", now)).toEqual({ since: "2026-11-26T13:02:00.000Z", until: "2026-11-26T14:03:00.000Z" });
  expect(bucketsOf("24h", now)).toEqual({ since: "2026-11-25T14:00:00.000Z", until: "2026-11-26T15:00:00.000Z" });
});

test("a peak is where the most is, and nowhere when there is nothing", () => {
  expect(peak([0, 4, null, 9, 9])).toEqual({ value: 9, at: 3 });
  expect(peak([0, null])).toBeNull();
});
