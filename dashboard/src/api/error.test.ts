import { expect, test } from "vitest";
import { ApiError, asApiError, fieldErrors } from "./error";

const refusal = (...faults: ApiError["faults"][number][]) =>
  new ApiError({ status: 422, type: "invalid", title: "Invalid", detail: "no", faults });

test("a fault's pointer becomes the form's field", () => {
  const error = refusal(
    { pointer: "/policy/timeout_ms", detail: "too small" },
    { pointer: "/events/2", detail: "no such type" },
    { pointer: "/headers/X~1Trace~0", detail: "not allowed" },
  );
  expect(fieldErrors(error)).toEqual({
    "policy.timeout_ms": "too small",
    "events.2": "no such type",
    "headers.X/Trace~": "not allowed",
  });
});

test("the first fault of a field is the one that is shown", () => {
  expect(fieldErrors(refusal({ pointer: "/url", detail: "a" }, { pointer: "/url", detail: "b" }))).toEqual({ url: "a" });
});

test("a field may be called otherwise in the form", () => {
  expect(fieldErrors(refusal({ pointer: "/events/0", detail: "a" }), { "/events/0": "events" })).toEqual({ events: "a" });
});

test("faults outside of the body and of the whole body belong to no field", () => {
  expect(fieldErrors(refusal({ pointer: "limit", detail: "a", in: "query" }, { pointer: "", detail: "b" }))).toEqual({});
});

test("whatever was thrown can be told", () => {
  expect(asApiError(new Error("boom")).detail).toBe("boom");
  expect(asApiError("boom").detail).toBe("boom");
});
