import { expect, test } from "vitest";
import { diffLines } from "./diff";

const told = (older: string, newer: string) =>
  diffLines(older, newer).map(({ kind, text }) => `${{ same: " ", removed: "-", added: "+" }[kind]}${text}`);

test("only what has changed is marked", () => {
  expect(told("a\nb\nc", "a\nx\nc\nd")).toEqual([" a", "-b", "+x", " c", "+d"]);
  expect(told("", "a")).toEqual(["+a"]);
  expect(told("a", "")).toEqual(["-a"]);
  expect(told("a\nb", "a\nb")).toEqual([" a", " b"]);
});

test("texts that are too long to compare are shown whole", () => {
  const long = (word: string) => Array.from({ length: 2_500 }, (_, n) => `${word}${n}`).join("\n");
  const lines = diffLines(long("a"), long("b"));
  expect(lines.length).toBe(5_000);
  expect(lines[0]?.kind).toBe("removed");
});
