import type { Api } from "@/api/client";
import { useRead } from "@/api/hooks";
import { isEventType, TYPE_CHARS_MAX } from "./eventFilters";
import type { components } from "@/api/schema";

export type EventType = components["schemas"]["EventType"];

/** A catalog that people read has some dozens of types; beyond this many the screens say that there are more. */
const PAGE = 250;
const PAGES_MAX = 8;
const FRESH_MS = 30_000;

export interface Catalog {
  types: EventType[];
  /** There are more than were read. */
  more: boolean;
}

/** The whole event catalog of the project, by name. */
export function useCatalog() {
  return useRead(["event-types", "all"], readAll, { fresh: FRESH_MS });
}

async function readAll(api: Api, init: { signal: AbortSignal }) {
  const types: EventType[] = [];
  let cursor: string | undefined;
  for (let page = 1; ; page += 1) {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await api.GET("/v1/event-types", { ...init, params: { query } });
    const { error, response } = answer;
    if (answer.data === undefined) return { error, response } as { data?: Catalog; error?: unknown; response: Response };
    types.push(...(answer.data.data as EventType[]));
    cursor = answer.data.next_cursor ?? undefined;
    if (cursor === undefined || page === PAGES_MAX) return { data: { types, more: cursor !== undefined }, response };
  }
}

export interface Group<T> {
  /** Null for those without a heading. */
  name: string | null;
  types: T[];
}

/** The types under their headings, by name; those without one come last. */
export function grouped<T extends { name: string; group?: string | null }>(types: readonly T[]): Group<T>[] {
  const groups = new Map<string | null, T[]>();
  for (const type of types) {
    const name = type.group?.trim() || null;
    groups.set(name, [...(groups.get(name) ?? []), type]);
  }
  return [...groups]
    .map(([name, members]) => ({ name, types: members.toSorted((a, b) => compare(a.name, b.name)) }))
    .toSorted((a, b) => (a.name === null ? 1 : b.name === null ? -1 : compare(a.name.toLowerCase(), b.name.toLowerCase())));
}

/** Those whose name, description or heading holds every word that was typed. */
export function searched<T extends { name: string; description: string; group?: string | null }>(
  types: readonly T[],
  text: string,
): T[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return types.filter((type) => {
    const all = `${type.name} ${type.description} ${type.group ?? ""}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Why a name is no event type's, or null: 1 to 256 printable ASCII characters without `*`, no blank first or last. */
export function nameFault(name: string): string | null {
  if (name === "") return "Enter a name, such as order.created";
  if (name.length > TYPE_CHARS_MAX) return `${name.length} characters is too long: the limit is ${TYPE_CHARS_MAX}`;
  return isEventType(name) ? null : "Use printable ASCII characters other than *, with no space at the start or end, such as order.created";
}
