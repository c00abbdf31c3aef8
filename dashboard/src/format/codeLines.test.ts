import { expect, test } from "vitest";
import { linesOf, seen } from "./codeLines";
import { indented, tokens } from "./json";

const JSON_TEXT = '{"a":{"b":[1,2]},"c":{},"d":{"e":1}}';
const lines = linesOf(indented(tokens(JSON_TEXT)!));
const text = (at: number) => lines[at]!.tokens.map((token) => token.text).join("");

test("lines hold what they began with, and nothing is lost", () => {
  expect(lines.map((_, at) => text(at))).toEqual(["{", '  "a": {', '    "b": [', "      1,", "      2", "    ]", "  },", '  "c": {},', '  "d": {', '    "e": 1', "  }", "}"]);
  expect(lines.map(({ end }) => end)).toEqual([11, 6, 5, null, null, null, null, null, 10, null, null, null]);
});

test("a folded line hides what lies between it and its end, and what is folded inside with it", () => {
  expect(seen(lines, new Set([1]))).toEqual([0, 1, 6, 7, 8, 9, 10, 11]);
  expect(seen(lines, new Set([0, 1]))).toEqual([0, 11]);
  expect(seen(lines, new Set([3]))).toHaveLength(lines.length);
});
