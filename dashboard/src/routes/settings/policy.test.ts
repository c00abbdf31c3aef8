import { describe, expect, test } from "vitest";
import { ApiError } from "@/api/error";
import { type Policy, policyChange, policyDraft, policyErrors, policyFaults } from "./policy";

const policy: Policy = {
  retry: { delays_s: [0, 60] },
  timeout_ms: 10_000,
  plans: [],
  endpoints_per_tenant_max: 50,
  history_days: 30,
  strict_types: false,
  auto_disable_days: 5,
  auto_disable_s: null,
  failing_after_failures: 3,
  failing_after_s: 10,
  gone: "disable",
  while_disabled: "hold",
  operator_tenant: null,
  portal_origins: [],
  tenant_requests_per_minute: 1_200,
  tenant_changes_per_minute: 60,
  tenant_jobs_per_hour: 30,
  tenant_delay_s_min: 5,
  tenant_attempts_max: 20,
  transformations: "operator",
  reveal_secrets: "never",
};
const before = policyDraft(policy);

describe("a policy's form sends", () => {
  test("nothing of what nobody touched", () => expect(policyChange(before, { ...before })).toEqual({}));

  test("numbers as numbers", () =>
    expect(policyChange(before, { ...before, timeout_ms: "5000", history_days: 90, tenant_delay_s_min: "0" })).toEqual({
      timeout_ms: 5_000,
      history_days: 90,
      tenant_delay_s_min: 0,
    }));

  test("a schedule as the API has it", () =>
    expect(policyChange(before, { ...before, retry: { ...before.retry, delays: "0, 1m, 5m" } })).toEqual({
      retry: { delays_s: [0, 60, 300] },
    }));

  test("null where disabling is turned off, and days where it is on", () => {
    expect(policyChange(before, { ...before, auto_disable: false })).toEqual({ auto_disable_days: null });
    const off = policyDraft({ ...policy, auto_disable_days: null });
    expect(policyChange(off, { ...off, auto_disable: true, auto_disable_days: "7" })).toEqual({ auto_disable_days: 7 });
    expect(policyChange(off, { ...off, auto_disable_days: "7" })).toEqual({});
  });

  test("a time without success in the field of its unit", () => {
    expect(policyChange(before, { ...before, auto_disable_unit: "seconds", auto_disable_days: "90" })).toEqual({ auto_disable_s: 90 });
    const seconds = policyDraft({ ...policy, auto_disable_days: null, auto_disable_s: 90 });
    expect(policyChange(seconds, { ...seconds })).toEqual({});
    expect(policyChange(seconds, { ...seconds, auto_disable_unit: "days", auto_disable_days: 2 })).toEqual({ auto_disable_days: 2 });
    expect(policyChange(seconds, { ...seconds, auto_disable: false })).toEqual({ auto_disable_days: null });
    expect(policyFaults({ ...seconds, auto_disable_days: "86400" })).toEqual({});
  });

  test("null for no operator's tenant", () => {
    const set = policyDraft({ ...policy, operator_tenant: "ops" });
    expect(policyChange(set, { ...set, operator_tenant: " " })).toEqual({ operator_tenant: null });
  });
});

test("values out of range are seen before the server is asked", () => {
  expect(policyFaults(before)).toEqual({});
  expect(policyFaults({ ...before, timeout_ms: "99", history_days: "", endpoints_per_tenant_max: 1.5 })).toEqual({
    timeout_ms: "Must be from 100 to 60,000",
    history_days: "Must be from 1 to 3,650",
    endpoints_per_tenant_max: "Must be from 0 to 10,000",
  });
  expect(policyFaults({ ...before, auto_disable: false, auto_disable_days: "" })).toEqual({});
  expect(policyFaults({ ...before, tenant_delay_s_min: 0, tenant_attempts_max: 0, tenant_jobs_per_hour: 1_000_001 })).toEqual({
    tenant_attempts_max: "Must be from 1 to 100",
    tenant_jobs_per_hour: "Must be from 1 to 1,000,000",
  });
});

test("a refusal goes to the field that it is about", () => {
  const error = new ApiError({
    status: 422,
    type: "invalid",
    title: "Invalid",
    detail: "",
    faults: [
      { pointer: "/policy/retry/base_s", detail: "too small" },
      { pointer: "/policy/plans/2", detail: "no plan" },
    ],
  });
  expect(policyErrors(error)).toEqual({ fields: { plans: "no plan" }, retry: { base: "too small" } });
});
