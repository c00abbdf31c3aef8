import { type ApiError } from "@/api/error";

/** An event as it is typed. Empty texts are left out. */
export interface Draft {
  tenant: string;
  type: string;
  /** JSON, and sent exactly as it stands. */
  data: string;
  id: string;
  ordering_key: string;
}

type Faults = Partial<Record<keyof Draft, string>>;

/** What is wrong with a draft before anybody is asked. */
export function faultsOf(draft: Draft): Faults {
  const faults: Faults = {};
  if (draft.tenant.trim() === "") faults.tenant = "Name the tenant whose endpoints are to get it";
  if (draft.type.trim() === "") faults.type = "Name the type, such as order.paid";
  try {
    JSON.parse(draft.data);
  } catch (error) {
    faults.data = draft.data.trim() === "" ? "Write the payload: any JSON value" : `This is no JSON: ${(error as Error).message}`;
  }
  return faults;
}

/**
 * The request's body. The payload goes into it as it was typed: read and written again, its large numbers would lose
 * digits, and its members might change their order.
 */
export function bodyOf(draft: Draft): string {
  const members: [string, string][] = [
    ["tenant", JSON.stringify(draft.tenant.trim())],
    ["type", JSON.stringify(draft.type.trim())],
    ["data", draft.data.trim()],
  ];
  for (const name of ["id", "ordering_key"] as const) {
    if (draft[name].trim() !== "") members.push([name, JSON.stringify(draft[name].trim())]);
  }
  return `{${members.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
}

/** What the server says of each field. A fault inside of the payload is told with its place. */
export function serverFaults(error: ApiError): Faults {
  const faults: Faults = {};
  for (const { pointer, detail, in: place } of error.faults) {
    if (place != null) continue;
    const [, name = "", ...within] = pointer.split("/");
    const field = name as keyof Draft;
    if (!["tenant", "type", "data", "id", "ordering_key"].includes(field)) continue;
    const line = within.length === 0 ? detail : `/${within.join("/")}: ${detail}`;
    faults[field] = faults[field] === undefined ? line : `${faults[field]}\n${line}`;
  }
  return faults;
}
