import { expect, it } from "vitest";
import { DEFAULT_RETRY, isTransient, parseRetryAfter, waitMs } from "../src/retry.js";

it.each([
  [1, undefined, 0, 250],
  [1, undefined, 1, 125],
  [3, undefined, 0, 1_000],
  [10, undefined, 0, 8_000],
  [1, 30_000, 0, 30_000],
  [1, 30_001, 0, undefined],
  [20, undefined, 0, undefined],
])("after %i attempts, asked for %s, by chance %d: wait %s", (attempts, asked, chance, expected) => {
  expect(waitMs({ ...DEFAULT_RETRY, attemptsMax: 20 }, attempts, asked, chance)).toBe(expected);
});

it.each([
  [429, true, true],
  [503, true, true],
  [500, true, false],
  [504, false, true],
  [404, false, false],
  [409, true, false],
])("status %i, with a problem document: %s, is transient: %s", (status, hasProblem, expected) => {
  expect(isTransient(status, hasProblem)).toBe(expected);
});

it.each([
  [null, undefined],
  ["", undefined],
  ["-1", undefined],
  ["1.5", undefined],
  [" 2 ", 2_000],
  ["Thu, 01 Jan 1970 00:00:10 GMT", 9_000],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
])("Retry-After %j is %s ms away", (value, expected) => {
  expect(parseRetryAfter(value, 1_000)).toBe(expected);
});
