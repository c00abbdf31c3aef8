import type { ApiError } from "@/api/error";
import { rawJson } from "@/api/rawJson";
import { jsonFault } from "@/components/forms/JsonInput";

/** An event as it is typed. What is optional is left out when it is empty. */
export interface Draft {
  tenant: string;
  /** To all tenants, in place of one. */
  everyone: boolean;
  /** JSON: only to tenants with all of this in their metadata; empty is all of them. */
  where: string;
  type: string;
  /** JSON, and sent exactly as it stands. */
  data: string;
  id: string;
  ordering_key: string;
}

type Faults = Partial<Record<Exclude<keyof Draft, "everyone">, string>>;

/** What is wrong with a draft before anybody is asked. */
export function faultsOf(draft: Draft): Faults {
  const faults: Faults = {};
  if (draft.everyone) {
    const where = jsonFault(draft.where, true);
    if (where !== null) faults.where = where;
  } else if (draft.tenant.trim() === "") faults.tenant = "Enter the tenant to send it to";
  if (draft.type.trim() === "") faults.type = "Enter an event type, such as order.paid";
  const data = jsonFault(draft.data);
  if (data !== null) faults.data = data;
  return faults;
}

/** The request's body, with the payload in it as it was typed. */
export function bodyOf(draft: Draft): string {
  const { tenant, everyone, where, type, data, id, ordering_key } = draft;
  const optional = Object.entries({ id, ordering_key })
    .map(([name, value]) => [name, value.trim()] as const)
    .filter(([, value]) => value !== "");
  const rest = { type: type.trim(), ...Object.fromEntries(optional) };
  if (!everyone) return rawJson({ tenant: tenant.trim(), ...rest }, { data: data.trim() });
  const tenants = where.trim() === "" ? {} : { where: `{"metadata":${where.trim()}}` };
  return rawJson(rest, { data: data.trim(), ...tenants });
}

/** What the server says of each field but the payload, whose faults are told with their lines. */
export function serverFaults(error: ApiError): Faults {
  const faults: Faults = {};
  for (const { pointer, detail, in: place } of error.faults) {
    const field = pointer.slice(1) as keyof Faults;
    if (place == null && ["tenant", "type", "id", "ordering_key"].includes(field)) faults[field] ??= detail;
  }
  return faults;
}
