import type { ApiError } from "@/api/error";
import type { components } from "@/api/schema";
import { retryFault } from "@/components/forms/RetryFields";
import { draftOf, type RetryDraft, type RetryFaults, retryOf } from "@/format/retry";
import { changes } from "./useSaveProject";

export type Policy = components["schemas"]["Policy"];
export type PolicyChange = components["schemas"]["PolicyChange"];

/** What a tenant may do with its own keys and in its portal, with the ranges that the API allows. */
export const TENANT_LIMITS = {
  endpoints_per_tenant_max: [0, 10_000],
  tenant_attempts_max: [1, 100],
  tenant_delay_s_min: [0, 3_600],
  tenant_requests_per_minute: [1, 1_000_000],
  tenant_changes_per_minute: [1, 1_000_000],
  tenant_jobs_per_hour: [1, 1_000_000],
} as const;
export type TenantLimit = keyof typeof TENANT_LIMITS;

/** A policy as its form has it. Numbers are texts while they are typed. */
export interface PolicyDraft extends Record<TenantLimit, string | number> {
  retry: RetryDraft;
  timeout_ms: string | number;
  gone: string;
  while_disabled: string;
  auto_disable: boolean;
  auto_disable_days: string | number;
  /** The unit of the number: it is kept in the field of that unit. */
  auto_disable_unit: "days" | "seconds";
  failing_after_failures: string | number;
  failing_after_s: string | number;
  history_days: string | number;
  strict_types: boolean;
  plans: string[];
  operator_tenant: string;
  transformations: string;
  reveal_secrets: string;
}

/** A year, as it is in days. */
const AUTO_DISABLE_S_MAX = 31_536_000;
/** Where days of failure begin when somebody turns disabling on. */
const AUTO_DISABLE_DAYS = 5;

export function policyDraft(policy: Policy): PolicyDraft {
  return {
    retry: draftOf(policy.retry),
    timeout_ms: policy.timeout_ms,
    gone: policy.gone,
    while_disabled: policy.while_disabled,
    auto_disable: policy.auto_disable_days != null || policy.auto_disable_s != null,
    auto_disable_days: policy.auto_disable_s ?? policy.auto_disable_days ?? AUTO_DISABLE_DAYS,
    auto_disable_unit: policy.auto_disable_s == null ? "days" : "seconds",
    failing_after_failures: policy.failing_after_failures,
    failing_after_s: policy.failing_after_s,
    history_days: policy.history_days,
    endpoints_per_tenant_max: policy.endpoints_per_tenant_max,
    tenant_attempts_max: policy.tenant_attempts_max,
    tenant_delay_s_min: policy.tenant_delay_s_min,
    tenant_requests_per_minute: policy.tenant_requests_per_minute,
    tenant_changes_per_minute: policy.tenant_changes_per_minute,
    tenant_jobs_per_hour: policy.tenant_jobs_per_hour,
    strict_types: policy.strict_types,
    plans: policy.plans,
    operator_tenant: policy.operator_tenant ?? "",
    transformations: policy.transformations,
    reveal_secrets: policy.reveal_secrets,
  };
}

const RANGES = {
  timeout_ms: [100, 60_000],
  auto_disable_days: [1, 365],
  history_days: [1, 3_650],
  failing_after_failures: [1, 1_000],
  failing_after_s: [0, 2_592_000],
  ...TENANT_LIMITS,
} as const;

/** What can be seen to be wrong before the server is asked, by field of the form. */
export function policyFaults(draft: PolicyDraft): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const [name, [from, most]] of Object.entries(RANGES)) {
    const inSeconds = name === "auto_disable_days" && draft.auto_disable_unit === "seconds";
    const to = inSeconds ? AUTO_DISABLE_S_MAX : most;
    if (name === "auto_disable_days" && !draft.auto_disable) continue;
    const value = draft[name as keyof typeof RANGES];
    if (value === "" || !Number.isInteger(Number(value)) || Number(value) < from || Number(value) > to) {
      faults[name] = `Must be from ${from.toLocaleString("en")} to ${to.toLocaleString("en")}`;
    }
  }
  if (retryOf(draft.retry).faults !== undefined) faults.retry = "Complete the schedule";
  return faults;
}

/** What a form changes of a policy: only what differs, so that the rest goes on following the dialect. */
export function policyChange(before: PolicyDraft, now: PolicyDraft): PolicyChange {
  const {
    retry,
    auto_disable: _,
    auto_disable_days: __,
    auto_disable_unit: ___,
    operator_tenant: tenant,
    ...plain
  } = changes(before, now);
  const change: PolicyChange = {};
  for (const [name, value] of Object.entries(plain)) {
    (change as Record<string, unknown>)[name] = name in RANGES ? Number(value) : value;
  }
  const schedule = retry === undefined ? undefined : retryOf(retry).retry;
  if (schedule !== undefined) change.retry = schedule;
  if (tenant !== undefined) change.operator_tenant = tenant.trim() === "" ? null : tenant.trim();
  const patience = (draft: PolicyDraft) =>
    draft.auto_disable ? `${Number(draft.auto_disable_days)} ${draft.auto_disable_unit}` : "never";
  if (patience(before) !== patience(now)) {
    const inSeconds = now.auto_disable && now.auto_disable_unit === "seconds";
    if (inSeconds) change.auto_disable_s = Number(now.auto_disable_days);
    else change.auto_disable_days = now.auto_disable ? Number(now.auto_disable_days) : null;
  }
  return change;
}

/** Everything back to the dialect's defaults, and to the server's where a dialect has none. */
export const DEFAULTS = {
  retry: null,
  timeout_ms: null,
  gone: null,
  while_disabled: null,
  history_days: null,
  failing_after_failures: null,
  failing_after_s: null,
  endpoints_per_tenant_max: null,
  strict_types: null,
  plans: null,
  transformations: null,
  reveal_secrets: null,
  tenant_attempts_max: null,
  tenant_delay_s_min: null,
  tenant_requests_per_minute: null,
  tenant_changes_per_minute: null,
  tenant_jobs_per_hour: null,
} satisfies PolicyChange;

/** A refusal, by field of the form: `/policy/retry/base_s` is the schedule's first delay, `/policy/plans/2` a plan. */
export function policyErrors(error: ApiError): { fields: Record<string, string>; retry: RetryFaults } {
  const fields: Record<string, string> = {};
  const retry: RetryFaults = {};
  for (const { pointer, detail } of error.faults) {
    const [, name, ...rest] = pointer.split("/").filter((part) => part !== "");
    if (name === "retry") retry[retryFault(rest.join("/")) ?? "delays"] ??= detail;
    else if (name !== undefined) fields[name] ??= detail;
  }
  return { fields, retry };
}
