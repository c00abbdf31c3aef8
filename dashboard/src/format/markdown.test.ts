import { expect, test } from "vitest";
import { blocks, inlines } from "./markdown";

const text = (value: string) => ({ kind: "text" as const, text: value });

test("headings, paragraphs and lists", () => {
  expect(blocks("# A `b`\n\nOne\ntwo.\n\n- x\n  y\n- z\n\n1. first\n2. second\n\n## A b\n")).toEqual([
    { kind: "heading", level: 1, text: "A b", id: "a-b" },
    { kind: "paragraph", content: [text("One two.")] },
    { kind: "list", ordered: false, items: [[text("x y")], [text("z")]] },
    { kind: "list", ordered: true, items: [[text("first")], [text("second")]] },
    { kind: "heading", level: 2, text: "A b", id: "a-b-2" },
  ]);
});

test("a table keeps a bar that is escaped", () => {
  expect(blocks("| A | B |\n|---|:--|\n| `x` | a \\| b |\n")).toEqual([
    { kind: "table", head: [[text("A")], [text("B")]], rows: [[[{ kind: "code", text: "x" }], [text("a | b")]]] },
  ]);
});

test("code is kept as it is, whatever is in it", () => {
  expect(blocks("```js\n# no heading\n\n<b>\n```\nafter")).toEqual([
    { kind: "code", language: "js", text: "# no heading\n\n<b>" },
    { kind: "paragraph", content: [text("after")] },
  ]);
});

test("in a line", () => {
  expect(inlines("a **b** `c*d*` [e](https://x.example/y) \\*f\\* &lt;g>")).toEqual([
    text("a "),
    { kind: "strong", text: "b" },
    text(" "),
    { kind: "code", text: "c*d*" },
    text(" "),
    { kind: "link", text: "e", href: "https://x.example/y" },
    text(" *f* <g>"),
  ]);
});

test.each(["javascript:alert(1)", "data:text/html,x", "//evil.example", "vbscript:x"])("%s is no link", (href) => {
  expect(inlines(`[click](${href})`)).toEqual([text(href.includes("(1)") ? "click)" : "click")]);
});

test("HTML stays text", () => {
  expect(blocks("<script>alert(1)</script>\n")).toEqual([{ kind: "paragraph", content: [text("<script>alert(1)</script>")] }]);
});
