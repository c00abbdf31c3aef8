import { expect, test } from "vitest";
import { syntaxError } from "./jsonSyntax";

test.each([
  '{"a": [1, -0.5e+3, true, null, "x\\n\\u00e9"], "b": {}}',
  " [] ",
  "0",
  '""',
])("%s is JSON", (text) => {
  expect(syntaxError(text)).toBe(null);
});

test.each([
  ["", 1],
  ['{\n"a": tru\n}', 2],
  ['{"a": 1,\n}', 2],
  ['{"a" 1}', 1],
  ['[1\n2]', 2],
  ["[1,]", 1],
  ['"a\nb"', 1],
  ['{\n\n"a": 01}', 3],
  ["{a: 1}", 1],
  ["1\n2", 2],
  ['"\\x"', 1],
  ["[".repeat(200), 1],
])("%j is none, on line %i", (text, line) => {
  expect(syntaxError(text)).toMatch(new RegExp(`^Line ${line}: `));
});

test("it agrees with the browser", () => {
  const pieces = ['"a"', ":", ",", "{", "}", "[", "]", "1", "-1.5", "null", " ", "\n"];
  // Every text of up to four pieces.
  let texts = [""];
  for (let length = 0; length < 4; length += 1) {
    texts = texts.flatMap((text) => pieces.map((piece) => text + piece));
    for (const text of texts) expect(`${text} ${syntaxError(text) === null}`).toBe(`${text} ${parses(text)}`);
  }
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
