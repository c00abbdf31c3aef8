import { expect, test } from "vitest";
import type { EndpointStats } from "@/parts/endpoints/types";
import { outage, waitingCount } from "./waiting";

const WELL = { disabled: false, verification: "none", failing_since: null } as const;
const FAILING = { ...WELL, failing_since: "2026-01-02T00:00:00.000Z" };

function stats(more: Partial<EndpointStats>): EndpointStats {
  return { pending: 7, attempts_failed: 3, last_success_at: null, last_failure_at: "2026-01-02T00:00:01.000Z", lane: null, ...more } as EndpointStats;
}

function lane(breaker: string): EndpointStats["lane"] {
  return { in_flight: 2, queued: { asked: 1, fresh: 1, retry: 0, replay: 0 }, breaker: { state: breaker } } as unknown as EndpointStats["lane"];
}

test("what is in flight or queued does not wait", () => {
  expect(waitingCount(stats({}))).toBe(7);
  expect(waitingCount(stats({ lane: lane("closed") }))).toBe(3);
  expect(waitingCount(stats({ pending: 1, lane: lane("closed") }))).toBe(0);
  expect(waitingCount(stats({ lane: lane("open") }))).toBe(5);
});

test("an outage is said while something waits, and until the hour is over", () => {
  expect(outage(FAILING, stats({}))).toBe("failing");
  expect(outage(WELL, stats({ lane: lane("open") }))).toBe("failing");
  expect(outage(FAILING, stats({ last_success_at: "2026-01-02T00:00:02.000Z" }))).toBe("recovered");
  expect(outage(WELL, stats({}))).toBe("recovered");
  expect(outage(WELL, stats({ attempts_failed: 0 }))).toBe(null);
  expect(outage(FAILING, stats({ pending: 0 }))).toBe(null);
  expect(outage({ ...FAILING, disabled: true }, stats({}))).toBe(null);
  expect(outage({ ...FAILING, verification: "failed" }, stats({}))).toBe(null);
  expect(outage(FAILING, undefined)).toBe(null);
});
