import { expect, test } from "vitest";
import { sinceOf } from "./recovery";
import { signing } from "./rotation";

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

test("it is said which secret signs", () => {
  const until = "2026-01-02T00:00:00.000Z";
  expect(signing({ signing_with: "both", previous_expires_at: until })).toMatch(/both secrets until .*2026/);
  expect(signing({ signing_with: "previous", previous_expires_at: until })).toMatch(/with the old secret until/);
  expect(signing({ signing_with: "current", previous_expires_at: null })).toBe("Requests are signed with the new secret from now on.");
});
