import type { ApiError } from "@/api/error";
import { rawJson } from "@/api/rawJson";
import { jsonFault } from "@/components/forms/JsonInput";

/** An event as it is typed. What is optional is left out when it is empty. */
export interface Draft {
  tenant: string;
  type: string;
  /** JSON, and sent exactly as it stands. */
  data: string;
  id: string;
  ordering_key: string;
  /** Separated by commas. */
  channels: string;
  /** JSON objects, or empty. */
  metadata: string;
  headers: string;
  /** Days. */
  retention_days: string;
}

/** A draft in which nothing is written yet. */
export const EMPTY: Draft = {
  tenant: "",
  type: "",
  data: "",
  id: "",
  ordering_key: "",
  channels: "",
  metadata: "",
  headers: "",
  retention_days: "",
};

type Faults = Partial<Record<keyof Draft, string>>;

/** What is wrong with a draft before anybody is asked. */
export function faultsOf(draft: Draft): Faults {
  const faults: Faults = {};
  if (draft.tenant.trim() === "") faults.tenant = "Enter the tenant to send it to";
  if (draft.type.trim() === "") faults.type = "Enter an event type, such as order.paid";
  const data = jsonFault(draft.data);
  if (data !== null) faults.data = data;
  for (const name of ["metadata", "headers"] as const) {
    const fault = jsonFault(draft[name], true);
    if (fault !== null) faults[name] = fault;
  }
  const days = draft.retention_days.trim();
  if (days !== "" && !/^\d{1,5}$/.test(days)) faults.retention_days = "Enter a number of days";
  return faults;
}

/** The request's body, with the payload in it as it was typed. */
export function bodyOf(draft: Draft): string {
  const { tenant, type, data, id, ordering_key } = draft;
  const optional = Object.entries({ id, ordering_key })
    .map(([name, value]) => [name, value.trim()] as const)
    .filter(([, value]) => value !== "");
  const channels = draft.channels.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const days = draft.retention_days.trim();
  return rawJson(
    {
      tenant: tenant.trim(),
      type: type.trim(),
      ...Object.fromEntries(optional),
      ...(channels.length === 0 ? {} : { channels }),
      ...(days === "" ? {} : { retention_days: Number(days) }),
    },
    { metadata: draft.metadata, headers: draft.headers, data: data.trim() },
  );
}

const FIELDS = ["tenant", "type", "id", "ordering_key", "channels", "retention_days"];

/** What the server says of each field but those in JSON, whose faults are told with their lines. */
export function serverFaults(error: ApiError): Faults {
  const faults: Faults = {};
  for (const { pointer, detail, in: place } of error.faults) {
    const field = (pointer.split("/")[1] ?? "") as keyof Draft;
    if (place == null && FIELDS.includes(field)) faults[field] ??= detail;
  }
  return faults;
}
