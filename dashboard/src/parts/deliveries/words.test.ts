import { expect, test } from "vitest";
import { errorSaid, reasonSaid, retryable, waitingLabel } from "./words";

test("a word that is newer than this page is shown as it is", () => {
  expect(errorSaid("solar_flare")).toEqual({ label: "solar flare", advice: "" });
  expect(reasonSaid("lost_interest").label).toBe("lost interest");
  expect(waitingLabel("moon_phase")).toBe("moon phase");
});

test("what has nowhere to go, or nothing to say, is not offered again", () => {
  expect(["endpoint_deleted", "tenant_deleted", "payload_erased"].filter(retryable)).toEqual([]);
  expect(["attempts_exhausted", "gone", "expired", "requested", null].every(retryable)).toBe(true);
});
