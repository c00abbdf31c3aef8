import { expect, test } from "vitest";
import { outcomesOf } from "./outcomesOf";

test("only states that there are, what asks for attention first", () => {
  expect(outcomesOf({ pending: 0, succeeded: 3, dead: 1, cancelled: 0, more: false })).toEqual([
    { state: "dead", many: 1 },
    { state: "succeeded", many: 3 },
  ]);
});
