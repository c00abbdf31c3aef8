import { expect, test } from "vitest";
import { rateTone, stateOf } from "./state";

const fine = { disabled: false, disabled_because: null, failing_since: null };
const lane = (state: string) => ({ lane: { breaker: { state, until: null, failures_in_a_row: 0 } } as never });

test("what keeps deliveries waiting comes before how they go", () => {
  const failing = { ...fine, failing_since: "2026-01-01T00:00:00.000Z" };
  expect(stateOf({ ...failing, disabled: true, disabled_because: "requested" }, lane("open")).label).toBe("Paused");
  expect(stateOf({ ...failing, disabled: true, disabled_because: "gone" }).label).toBe("Gone");
  expect(stateOf({ ...failing, disabled: true, disabled_because: "failing" }).label).toBe("Disabled: failing");
  expect(stateOf(failing, lane("open")).label).toBe("Breaker open");
  expect(stateOf(failing, lane("closed")).label).toBe("Failing");
  expect(stateOf(fine, lane("half_open")).label).toBe("Probing");
  expect(stateOf(fine, { lane: null }).label).toBe("Active");
});

test("a rate is well from 95 % up, and nothing is no rate", () => {
  expect([null, 1, 0.95, 0.9, 0.5, 0.49, 0].map(rateTone)).toEqual(["idle", "ok", "ok", "warn", "warn", "bad", "bad"]);
});
