import type { ApiError } from "@/api/error";
import type { components } from "@/api/schema";
import { retryFault } from "@/components/forms/RetryFields";
import { draftOf, type RetryDraft, type RetryFaults, retryOf } from "@/format/retry";
import { changes } from "./useSaveProject";

export type Policy = components["schemas"]["Policy"];
export type PolicyChange = components["schemas"]["PolicyChange"];

/** A policy as its form has it. Numbers are texts while they are typed. */
export interface PolicyDraft {
  retry: RetryDraft;
  timeout_ms: string | number;
  gone: string;
  auto_disable: boolean;
  auto_disable_days: string | number;
  history_days: string | number;
  endpoints_per_tenant_max: string | number;
  strict_types: boolean;
  plans: string[];
  operator_tenant: string;
}

/** Where days of failure begin when somebody turns disabling on. */
const AUTO_DISABLE_DAYS = 5;

export function policyDraft(policy: Policy): PolicyDraft {
  return {
    retry: draftOf(policy.retry),
    timeout_ms: policy.timeout_ms,
    gone: policy.gone,
    auto_disable: policy.auto_disable_days != null,
    auto_disable_days: policy.auto_disable_days ?? AUTO_DISABLE_DAYS,
    history_days: policy.history_days,
    endpoints_per_tenant_max: policy.endpoints_per_tenant_max,
    strict_types: policy.strict_types,
    plans: policy.plans,
    operator_tenant: policy.operator_tenant ?? "",
  };
}

const RANGES = {
  timeout_ms: [100, 60_000],
  auto_disable_days: [1, 365],
  history_days: [1, 3_650],
  endpoints_per_tenant_max: [0, 10_000],
} as const;

/** What can be seen to be wrong before the server is asked, by field of the form. */
export function policyFaults(draft: PolicyDraft): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const [name, [from, to]] of Object.entries(RANGES)) {
    if (name === "auto_disable_days" && !draft.auto_disable) continue;
    const value = draft[name as keyof typeof RANGES];
    if (value === "" || !Number.isInteger(Number(value)) || Number(value) < from || Number(value) > to) {
      faults[name] = `from ${from.toLocaleString("en")} to ${to.toLocaleString("en")}`;
    }
  }
  if (retryOf(draft.retry).faults !== undefined) faults.retry = "the schedule is not complete";
  return faults;
}

/** What a form changes of a policy: only what differs, so that the rest goes on following the dialect. */
export function policyChange(before: PolicyDraft, now: PolicyDraft): PolicyChange {
  const { retry, auto_disable: _, auto_disable_days: __, operator_tenant: tenant, ...plain } = changes(before, now);
  const change: PolicyChange = {};
  for (const [name, value] of Object.entries(plain)) {
    (change as Record<string, unknown>)[name] = name in RANGES ? Number(value) : value;
  }
  const schedule = retry === undefined ? undefined : retryOf(retry).retry;
  if (schedule !== undefined) change.retry = schedule;
  if (tenant !== undefined) change.operator_tenant = tenant.trim() === "" ? null : tenant.trim();
  const days = (draft: PolicyDraft) => (draft.auto_disable ? Number(draft.auto_disable_days) : null);
  if (days(before) !== days(now)) change.auto_disable_days = days(now);
  return change;
}

/** Everything back to what the dialect says. */
export const DEFAULTS: PolicyChange = {
  retry: null,
  timeout_ms: null,
  gone: null,
  history_days: null,
  endpoints_per_tenant_max: null,
  strict_types: null,
  plans: null,
};

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
