import { expect, test } from "vitest";
import { sinceOf } from "./span";

const NOW = Date.parse("2026-01-02T00:00:00.000Z");

test("a span runs back from now", () => {
  expect(sinceOf({ span: "60", from: "", to: "" }, NOW)).toEqual({ since: "2026-01-01T23:00:00.000Z" });
});

test("a custom span needs a beginning before its end", () => {
  const at = (text: string) => new Date(text).toISOString();
  const custom = (from: string, to = "") => sinceOf({ span: "custom", from, to }, NOW);
  expect(custom("2026-01-01T10:00")).toEqual({ since: at("2026-01-01T10:00") });
  expect(custom("2026-01-01T10:00", "2026-01-01T11:00")).toEqual({ since: at("2026-01-01T10:00"), until: at("2026-01-01T11:00") });
  expect(custom("2026-01-01T11:00", "2026-01-01T10:00")).toHaveProperty("fault");
  expect(custom("2027-01-01T11:00")).toHaveProperty("fault");
  expect(custom("")).toHaveProperty("fault");
});
