import { expect, test } from "vitest";
import { projectOf, tokenIn } from "./token";

test.each([
  ["#token=nk_portal_abc", "nk_portal_abc"],
  ["#a=b&token=nk_portal_abc", "nk_portal_abc"],
  ["", null],
  ["#token=", null],
  ["#token=a%0d%0ab", null],
])("in %s the token is %s", (hash, expected) => {
  expect(tokenIn(hash)).toBe(expected);
});

test("the project is in the path", () => {
  expect([projectOf("/portal/proj_1"), projectOf("/portal/proj_1/endpoints/ep_1"), projectOf("/portal/")]).toEqual([
    "proj_1",
    "proj_1",
    "",
  ]);
});
