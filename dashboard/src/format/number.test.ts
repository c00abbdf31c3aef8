import { expect, test } from "vitest";
import { bytes, percent, plural, rate } from "./number";

test.each([
  [1, "100 %"],
  [0, "0 %"],
  [0.999999, ">99.99 %"],
  [0.0000001, "<0.01 %"],
  [0.99987, "99.99 %"],
  [0.995, "99.50 %"],
  [0.873, "87.3 %"],
])("a share of %d is %s", (share, expected) => {
  expect(percent(share)).toBe(expected);
});

test.each([
  [0, "0"],
  [0.001, "<0.01"],
  [0.25, "0.25"],
  [3, "3"],
  [3.44, "3.4"],
  [1250.4, "1,250"],
])("%d a second are written %s", (value, expected) => {
  expect(rate(value)).toBe(expected);
});

test("one is singular", () => {
  expect([plural(0, "endpoint"), plural(1, "endpoint"), plural(1200, "endpoint")]).toEqual([
    "0 endpoints",
    "1 endpoint",
    "1,200 endpoints",
  ]);
});

test("bytes are told in the unit that suits them", () => {
  expect([bytes(12), bytes(2048), bytes(3 * 1024 * 1024)]).toEqual(["12 B", "2.0 KiB", "3.0 MiB"]);
});
