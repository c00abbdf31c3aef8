import { expect, test } from "vitest";
import { nameOf } from "./names";

test("an endpoint is called by its description, else by where it is", () => {
  expect(nameOf({ description: " Production ", url: "https://example.com/hook" })).toBe("Production");
  expect(nameOf({ description: " ", url: "https://example.com/hook" })).toBe("example.com/hook");
  expect(nameOf({ description: null, url: "http://example.com:8080/" })).toBe("example.com:8080/");
});

test("a description cannot pass for another by unseen characters", () => {
  expect(nameOf({ description: "prod\u202ecba", url: "https://example.com/" })).toBe("prod[U+202E]cba");
});
