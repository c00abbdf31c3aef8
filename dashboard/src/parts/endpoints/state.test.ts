import { expect, test } from "vitest";
import { rateTone, stateOf } from "./state";

const NOW = Date.parse("2026-01-01T01:00:00.000Z");
const fine = { disabled: false, disabled_because: null, failing_since: null, verification: "none" };

const said = (endpoint: Parameters<typeof stateOf>[0], breaker: string | null = null) => stateOf(endpoint, breaker, NOW).label;

test("what keeps deliveries waiting comes before how they go", () => {
  const failing = { ...fine, failing_since: "2026-01-01T00:00:00.000Z" };
  expect(said({ ...failing, disabled: true, disabled_because: "requested" }, "open")).toBe("Paused");
  expect(said({ ...failing, disabled: true, disabled_because: "gone" })).toBe("Gone");
  expect(said({ ...failing, disabled: true, disabled_because: "failing" })).toBe("Disabled: failing");
  expect(said({ ...failing, verification: "failed" }, "open")).toBe("Unverified");
  expect(said({ ...failing, verification: "pending" })).toBe("Verifying");
  expect(said({ ...fine, verification: "verified" })).toBe("Active");
  expect(said(failing, "open")).toBe("Paused after failures");
  expect(said(failing, "closed")).toBe("Failing");
  expect(said(fine, "half_open")).toBe("Trying again");
  expect(said(fine, null)).toBe("Active");
});

test("a single failure is not called failing", () => {
  expect(said({ ...fine, failing_since: "2026-01-01T00:56:00.000Z" })).toBe("Active");
  expect(said({ ...fine, failing_since: "2026-01-01T00:55:00.000Z" })).toBe("Failing");
});

test("a rate is well from 95 % up, and nothing is no rate", () => {
  expect([null, 1, 0.95, 0.9, 0.5, 0.49, 0].map(rateTone)).toEqual(["idle", "ok", "ok", "warn", "warn", "bad", "bad"]);
});
