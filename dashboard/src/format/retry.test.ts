import { describe, expect, test } from "vitest";
import { draftOf, parseSpan, retryOf, spoken, starts, writeSpan } from "./retry";

test.each([
  ["0", 0],
  ["90", 90],
  ["30s", 30],
  ["5m", 300],
  ["1h 30m", 5_400],
  ["2d", 172_800],
  ["", null],
  ["5 minutes", null],
  ["-5", null],
  ["1.5h", null],
])("%s is a span of %s seconds", (text, expected) => {
  expect(parseSpan(text)).toBe(expected);
});

test.each([0, 45, 300, 5_400, 90_061])("%d seconds can be written and read", (total) => {
  expect(parseSpan(writeSpan(total))).toBe(total);
});

describe("a draft", () => {
  test("of delays means the delays", () => {
    const retry = { delays_s: [0, 60, 300, 1_800] };
    expect(draftOf(retry).delays).toBe("0, 1m, 5m, 30m");
    expect(retryOf(draftOf(retry))).toEqual({ retry });
  });

  test("of a backoff means the backoff, with one limit", () => {
    const bySpan = { base_s: 30, factor: 2, cap_s: 14_400, span_s: 86_400 };
    const byAttempts = { base_s: 5, factor: 1.5, cap_s: 60, attempts_max: 6 };
    expect(retryOf(draftOf(bySpan))).toEqual({ retry: bySpan });
    expect(retryOf(draftOf(byAttempts))).toEqual({ retry: byAttempts });
  });

  test("that makes no sense says where", () => {
    const draft = draftOf({ delays_s: [0] });
    expect(retryOf({ ...draft, delays: "0, soon" }).faults?.delays).toContain("“soon”");
    const faults = retryOf({ ...draft, mode: "backoff", base: "x", factor: "", limit: "attempts", attempts: "many" }).faults;
    expect(retryOf({ ...draft, mode: "backoff", base: "10s", cap: "5s" }).faults).toHaveProperty("cap");
    expect(Object.keys(faults ?? {}).sort()).toEqual(["attempts", "base", "factor"]);
  });
});

describe("attempts begin", () => {
  test("after each delay in turn", () => expect(starts({ delays_s: [0, 60, 300] })).toEqual([0, 60, 360]));
  test("once, when there are no delays", () => expect(starts({ delays_s: [] })).toEqual([0]));
  test("later and later, up to the cap, as often as allowed", () =>
    expect(starts({ base_s: 10, factor: 2, cap_s: 30, attempts_max: 5 })).toEqual([0, 10, 30, 60, 90]));
  test("for the last time at the end of the span", () =>
    expect(starts({ base_s: 10, factor: 2, cap_s: 100, span_s: 60 })).toEqual([0, 10, 30, 60]));
});

test("a schedule is told in a sentence", () => {
  expect(spoken({ delays_s: [0, 60, 300] })).toBe("3 attempts over 6 min: at once, then after 1 min, 6 min.");
  expect(spoken({ delays_s: [5] })).toBe("1 attempt, after 5 s.");
  expect(spoken({ delays_s: [0, 0, 0] })).toBe("3 attempts, at once, with no delay between them.");
  expect(spoken({ base_s: 30, factor: 2, cap_s: 14_400, span_s: 86_400 })).toBe(
    "15 attempts over 1 day: at once, then after 30 s, 1 min 30 s, 3 min 30 s, 7 min 30 s, 15 min 30 s, … and 1 day.",
  );
});
