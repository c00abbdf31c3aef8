import type { ApiError } from "@/api/error";
import { rawJson } from "@/api/rawJson";
import { jsonFault, within } from "@/components/forms/JsonInput";

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

/** What an event has, whoever it is for. */
export type Content = Omit<Draft, "tenant">;

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

export type Faults = Partial<Record<keyof Draft, string>>;

/** What is wrong with a draft before anybody is asked. */
export function faultsOf(draft: Draft): Faults {
  return { ...(draft.tenant.trim() === "" ? { tenant: "Enter the tenant to send it to" } : {}), ...contentFaults(draft) };
}

export function contentFaults(draft: Content): Faults {
  const faults: Faults = {};
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
  const { members, raw } = contentOf(draft);
  return rawJson({ tenant: draft.tenant.trim(), ...members }, raw);
}

/** The members of a request that are an event's; those in `raw` go out as they were typed. */
export function contentOf(draft: Content): { members: Record<string, unknown>; raw: Record<string, string> } {
  const { type, data, id, ordering_key, metadata, headers } = draft;
  const optional = Object.entries({ id, ordering_key })
    .map(([name, value]) => [name, value.trim()] as const)
    .filter(([, value]) => value !== "");
  const channels = commaSeparated(draft.channels);
  const days = draft.retention_days.trim();
  return {
    members: {
      type: type.trim(),
      ...Object.fromEntries(optional),
      ...(channels.length === 0 ? {} : { channels }),
      ...(days === "" ? {} : { retention_days: Number(days) }),
    },
    raw: { metadata, headers, data: data.trim() },
  };
}

export function commaSeparated(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  return names.filter((name) => name !== "");
}

/** The members whose faults are told with their lines. */
export const JSON_MEMBERS = ["/data", "/metadata", "/headers"];

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

/** Whether something of what the server says stands at a field of the form, or at one of these members that are JSON. */
export function isInPlace(error: ApiError, members: readonly string[] = JSON_MEMBERS): boolean {
  const isJson = (pointer: string) => members.some((root) => within(pointer, root));
  return Object.keys(serverFaults(error)).length > 0 || error.faults.some(({ pointer }) => isJson(pointer));
}
