import { describe, expect, test } from "vitest";
import { lineIn, mayTransform } from "./mayTransform";

describe("code can be set", () => {
  const operator = { canWrite: true, isOperator: true };
  const tenant = { canWrite: true, isOperator: false };
  test("by operators unless it is off", () => {
    expect(mayTransform("operator", operator)).toBe(true);
    expect(mayTransform("tenant", operator)).toBe(true);
    expect(mayTransform("off", operator)).toBe(false);
  });
  test("by tenants where the policy says so", () => {
    expect(mayTransform("operator", tenant)).toBe(false);
    expect(mayTransform("tenant", tenant)).toBe(true);
  });
  test("by nobody who can only read", () => expect(mayTransform("tenant", { ...operator, canWrite: false })).toBe(false));
});

test("the line of an error is read from its end", () => {
  expect(lineIn("TypeError: no (line 3, column 5)")).toBe(3);
  expect(lineIn("SyntaxError: no (line 12)")).toBe(12);
  expect(lineIn("there is no handler (line 1) in it")).toBe(null);
});
