import { expect, test } from "vitest";
import { lineOf } from "./pointer";

const TEXT = `{
  "a": 1,
  "list": [
    {"b": 2},
    {
      "b/c": {"~": "x"}
    }
  ],
  "a": {
    "deep": true
  }
}`;

test.each([
  ["", 1],
  ["/list", 3],
  ["/list/0/b", 4],
  ["/list/1", 5],
  ["/list/1/b~1c", 6],
  ["/list/1/b~1c/~0", 6],
  ["/a", 9],
  ["/a/deep", 10],
  ["/list/2", null],
  ["/none", null],
])("the value at %s begins on line %s", (pointer, line) => {
  expect(lineOf(TEXT, pointer)).toBe(line);
});

test("a string that looks like a key is none", () => {
  expect(lineOf('["a",\n"b"]', "/1")).toBe(2);
});
