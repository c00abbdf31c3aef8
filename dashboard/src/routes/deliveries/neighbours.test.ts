import { expect, test } from "vitest";
import { neighbours } from "./neighbours";

test("one steps from item to item, and from one that has left the list to its first", () => {
  const ids = ["a", "b", "c"];
  expect(neighbours(ids, "b")).toEqual({ before: "a", after: "c", at: 1 });
  expect(neighbours(ids, "a")).toEqual({ before: undefined, after: "b", at: 0 });
  expect(neighbours(ids, "c")).toEqual({ before: "b", after: undefined, at: 2 });
  expect(neighbours(ids, "gone")).toEqual({ before: undefined, after: "a", at: null });
  expect(neighbours(ids, undefined)).toEqual({ before: undefined, after: undefined, at: null });
});
