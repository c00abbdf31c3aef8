import { expect, test } from "vitest";
import { expiryOf, keyFaults, type KeyDraft, newKey, SCOPES } from "./key";

const NOW = Date.parse("2026-06-15T12:00:00.000Z");
const draft: KeyDraft = { name: "Shop", kind: "project", scope: "publish", tenant: "", life: "never", day: "" };

test("a key ends after days, with a day, or never", () => {
  expect(expiryOf({ life: "never", day: "" }, NOW)).toBeNull();
  expect(expiryOf({ life: "30", day: "" }, NOW)).toBe("2026-07-15T12:00:00.000Z");
  expect(expiryOf({ life: "date", day: "2026-06-20" }, NOW)).toBe(new Date("2026-06-20T23:59:59.999").toISOString());
  expect(expiryOf({ life: "date", day: "2026-06-01" }, NOW)).toBeUndefined();
  expect(expiryOf({ life: "date", day: "" }, NOW)).toBeUndefined();
});

test("a tenant's key names its tenant, another does not", () => {
  expect(newKey(draft, NOW)).toEqual({ name: "Shop", kind: "project", scope: "publish" });
  expect(newKey({ ...draft, kind: "tenant", scope: "read", tenant: " acme ", life: "30" }, NOW)).toEqual({
    name: "Shop",
    kind: "tenant",
    scope: "read",
    tenant: "acme",
    expires_at: "2026-07-15T12:00:00.000Z",
  });
});

test("what is missing is said by field", () => {
  expect(keyFaults(draft, NOW)).toEqual({});
  expect(Object.keys(keyFaults({ ...draft, name: " ", kind: "tenant", life: "date" }, NOW)).sort()).toEqual(["day", "name", "tenant"]);
});

test("no customer's key can publish", () => {
  expect(SCOPES.tenant.map(({ value }) => value)).not.toContain("publish");
});
