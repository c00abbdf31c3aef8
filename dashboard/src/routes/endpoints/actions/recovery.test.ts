import { expect, test } from "vitest";
import { fitting } from "./recovery";

test("the choice that fits is the first of which there is something", () => {
  expect(fitting({ pending: 3, dead: 5, missing: 1, all: 9 })).toBe("pending");
  expect(fitting({ pending: 0, dead: 5, missing: 1, all: 9 })).toBe("dead");
  expect(fitting({ pending: 0, dead: 0, missing: 1, all: 9 })).toBe("missing");
  expect(fitting({ pending: 0, dead: 0, missing: 0, all: 9 })).toBe("dead");
  expect(fitting({})).toBe("dead");
});
