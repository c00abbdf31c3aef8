import { expect, test } from "vitest";
import { fileFaults, lineRange, nameIn, renamed } from "./dialect";

const FILE = `# ours
name = "mine"
title = 'Mine'

[[header]]
name = "X-Event"
value = "event_type"
`;

test("the name is that before the first table", () => {
  expect(nameIn(FILE)).toBe("mine");
  expect(nameIn('title = "x"\n[[header]]\nname = "X"\n')).toBe(null);
  expect(nameIn("name = 'a-b'")).toBe("a-b");
});

test("a copy has another name and title, and the same headers", () => {
  expect(renamed(FILE, "ours", 'Our "own"')).toBe(
    FILE.replace('name = "mine"', 'name = "ours"').replace("title = 'Mine'", 'title = "Our \\"own\\""'),
  );
});

test("a fault says its line", () => {
  const fault = (detail: string) => ({ pointer: "/source", detail });
  expect(
    fileFaults([fault("mine.toml:3: unknown field `a`"), fault("mine.toml: no signature"), { pointer: "/data", detail: "x" }]),
  ).toEqual([
    { line: 3, detail: "unknown field `a`" },
    { line: null, detail: "mine.toml: no signature" },
  ]);
});

test("a line's range", () => {
  expect(lineRange("ab\ncd\nef", 2)).toEqual([3, 5]);
  expect(lineRange("ab", 9)).toEqual([0, 2]);
});
