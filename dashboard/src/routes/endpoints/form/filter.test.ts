import { expect, test } from "vitest";
import { filterFaults, filterOf, filterText } from "./filter";

test("a filter is edited as text, and empty is none", () => {
  const filter = { data: { amount: [{ numeric: [">", 100] }] } };
  expect(filterOf(filterText(filter))).toEqual(filter);
  expect(filterText(null)).toBe("");
  expect(filterOf(" ")).toBe(null);
});

test.each([
  ["", true],
  ['{"data": {"a": [1]}}', true],
  ['{"data": {"id": ["12345678901234567890"]}}', true],
  ['{"data": {"id": [12345678901234567890]}}', false],
  ['{"data": ', false],
  ["[1]", false],
])("%s as a filter: %s", (text, good) => {
  expect(filterFaults(text).length === 0).toBe(good);
});
