import { expect, test } from "vitest";
import { sentence, shortId, visible } from "./text";

test("control characters are named, line breaks stay", () => {
  expect(visible("a\u0000b\u001b[31m\r\nc\td\re")).toBe("a[U+0000]b[U+001B][31m\r\nc\td[U+000D]e");
});

test("characters that reorder text are named", () => {
  expect(visible("invoice\u202efdp.exe")).toBe("invoice[U+202E]fdp.exe");
});

test("other writing is left alone", () => {
  expect(visible("Grüße, 東京 👋")).toBe("Grüße, 東京 👋");
});

test("a long id is shortened in its middle, a short one not", () => {
  expect([shortId("ep_01kb2m3n4p5q6r7s8t9v0w1x2y"), shortId("ep_01k")]).toEqual(["ep_…0w1x2y", "ep_01k"]);
});

test("a detail is a sentence of its own, and ends once", () => {
  expect(sentence("the name does not resolve")).toBe("The name does not resolve.");
  expect(sentence("Why?")).toBe("Why?");
});
