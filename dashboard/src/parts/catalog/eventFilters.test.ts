import { expect, test } from "vitest";
import { coveredBy, filterFault, inShort, matches, others, toggled } from "./eventFilters";

test.each([
  ["*", "a.b", true],
  ["a.*", "a.b", true],
  ["a.*", "a.b.c", true],
  ["a.*", "a", false],
  ["a.*", "ab.c", false],
  ["a.b", "a.b", true],
  ["a.b", "a.bc", false],
  ["a.*.c", "a.b.c", true],
  ["a.*.c", "a.c", false],
  ["a.*.c", "a.b.b.c", false],
  ["a.*.c.*", "a.b.c.d.e", true],
  ["*.b", "a.b", true],
  ["*.*", "a", false],
])("%s matches %s: %s", (filter, type, expected) => {
  expect(matches(filter, type)).toBe(expected);
});

test("a type may be covered by a pattern", () => {
  expect(coveredBy(["a.b", "a.*"], "a.b")).toBe("a.*");
  expect(coveredBy(["a.b"], "a.b")).toBe(null);
});

test("picking a type gives up the wildcard, and keeps patterns", () => {
  expect(toggled(["*"], ["a.b"], true)).toEqual(["a.b"]);
  expect(toggled(["x.*", "a.b"], ["a.b", "a.c"], true)).toEqual(["x.*", "a.b", "a.c"]);
  expect(toggled(["x.*", "a.b"], ["a.b"], false)).toEqual(["x.*"]);
});

test("what the catalog does not know is kept apart", () => {
  expect(others(["*", "a.b", "a.*", "old"], new Set(["a.b"]))).toEqual(["a.*", "old"]);
});

test.each([
  ["order.paid", true],
  ["order.*", true],
  ["*", true],
  ["orders/create", true],
  ["Order was paid", true],
  ["orders/*", false],
  [" order.paid", false],
  ["order.paid ", false],
  ["bestellung.geändert", false],
  ["x".repeat(256), true],
  ["x".repeat(257), false],
  ["order*", false],
  ["*.paid", true],
  ["order.*.failed", true],
  ["order.**", false],
  ["order.*x.failed", false],
  ["", false],
  [".*", false],
])("%s as a filter: %s", (filter, good) => {
  expect(filterFault(filter) === null).toBe(good);
});

test("in short", () => {
  expect([inShort(["*"]), inShort([]), inShort(["a"]), inShort(["a", "b", "c"])]).toEqual([
    "All events",
    "No events",
    "a",
    "a and 2 more",
  ]);
});
