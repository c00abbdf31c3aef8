import { expect, test } from "vitest";
import { signing } from "./rotation";

test("it is said which secret signs", () => {
  const until = "2026-01-02T00:00:00.000Z";
  expect(signing({ signing_with: "both", previous_expires_at: until })).toMatch(/both secrets until .*2026/);
  expect(signing({ signing_with: "previous", previous_expires_at: until })).toMatch(/with the old secret until/);
  expect(signing({ signing_with: "current", previous_expires_at: null })).toBe("Requests are signed with the new secret from now on.");
});
