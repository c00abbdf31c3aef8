import { expect, test } from "vitest";
import { arrived } from "./fresh";

test("what came in since the last look is new", () => {
  expect([...arrived(new Set(["b", "a"]), ["d", "c", "b"])]).toEqual(["d", "c"]);
});

test("nothing is new on the first look, or in another list", () => {
  expect(arrived(null, ["a"]).size).toBe(0);
  expect(arrived(new Set(["a", "b"]), ["x", "y"]).size).toBe(0);
  expect(arrived(new Set(["a"]), []).size).toBe(0);
});
