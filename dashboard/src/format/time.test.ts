import { describe, expect, test } from "vitest";
import { duration, local, localShort, relative, utc } from "./time";

const at = Date.UTC(2026, 10, 26, 14, 2, 7, 123);

describe("a time is told", () => {
  test.each([
    [at, "now"],
    [at + 999, "now"],
    [at + 1_000, "1 s ago"],
    [at + 59_999, "59 s ago"],
    [at + 60_000, "1 min ago"],
    [at + 7_200_000, "2 h ago"],
    [at + 3 * 86_400_000, "3 days ago"],
    [at + 86_400_000, "1 day ago"],
    [at - 90_000, "in 1 min"],
  ])("relative to %d as %s", (now, expected) => {
    expect(relative(at, now)).toBe(expected);
  });

  test("in UTC to the millisecond", () => {
    expect(utc(at)).toBe("2026-11-26 14:02:07.123 UTC");
  });

  test("where the reader is", () => {
    expect(local(at, { locale: "en-GB", timeZone: "Asia/Kolkata" })).toBe("26 Nov 2026, 19:32:07");
  });

  test("without its day on the same day, in the reader's zone", () => {
    const tokyo = { locale: "en-GB", timeZone: "Asia/Tokyo" };
    expect(localShort(at, at + 1_800_000, tokyo)).toBe("23:02:07");
    expect(localShort(at, at + 3_600_000, tokyo)).toBe("26 Nov, 23:02:07");
  });
});

test.each([
  [0, "0 µs"],
  [840, "840 µs"],
  [1_000, "1 ms"],
  [1_250, "1.3 ms"],
  [12_400, "12 ms"],
  [999_400, "999 ms"],
  [999_600, "1 s"],
  [3_440_000, "3.4 s"],
  [59_960_000, "1 min"],
  [125_000_000, "2 min 5 s"],
  [3_600_000_000, "1 h"],
  [5_430_000_000, "1 h 30 min"],
  [86_400_000_000, "1 day"],
  [180_000_000_000, "2 days 2 h"],
])("%d µs are %s", (us, expected) => {
  expect(duration(us)).toBe(expected);
});
