import { expect, test } from "vitest";
import { stepOf } from "./step";

test("a refusal leads to the first step that can mend it", () => {
  expect(stepOf({ events: "no", url: "no" })).toBe("url");
  expect(stepOf({ tenant: "no" })).toBe("url");
  expect(stepOf({ events: "no", secret: "no" })).toBe("events");
  expect(stepOf({ secret: "no" })).toBeNull();
  expect(stepOf({})).toBeNull();
});
