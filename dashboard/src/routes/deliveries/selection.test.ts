import { expect, test } from "vitest";
import { byState } from "./selection";

test("those chosen are told apart by what can be done with them", () => {
  const known = new Map([
    ["a", "pending"],
    ["b", "dead"],
    ["c", "succeeded"],
    ["d", "pending"],
  ] as const);
  expect(byState(new Set(["a", "b", "c", "e"]), known)).toEqual({ pending: ["a"], dead: ["b"] });
  expect(byState(new Set(), known)).toEqual({ pending: [], dead: [] });
});
