import { expect, test } from "vitest";
import { contrast, parseHex, readable, shades } from "./accent";

test("the colour itself is the seventh of its ten shades", () => {
  const ten = shades("#3257d3");
  expect([ten.length, ten[6]]).toEqual([10, "#3257d3"]);
});

test.each(["#ffe14d", "#3257d3", "#000000", "#ffffff", "#7cf0c0"])("%s can be read as text on light and dark", (hex) => {
  for (const [paper, ink] of [
    ["#ffffff", "#161b24"],
    ["#161b22", "#e4e9f0"],
  ] as const) {
    const text = parseHex(readable(hex, paper, ink));
    const on = parseHex(paper);
    expect(text !== null && on !== null && contrast(text, on)).toBeGreaterThanOrEqual(4.5);
  }
});

test("what is no colour is refused", () => {
  expect([parseHex("red"), parseHex("#fff"), parseHex("#12345g")]).toEqual([null, null, null]);
});
