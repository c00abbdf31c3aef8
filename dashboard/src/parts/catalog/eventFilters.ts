/** An endpoint's filters: exact types, `prefix.*` (any depth below), `*`, or with `*` before the end for exactly one part. */

/** The API's own bound of an endpoint's filters. */
export const FILTERS_MAX = 100;

export function matches(filter: string, type: string): boolean {
  if (filter === "*") return true;
  const isOpen = filter.endsWith(".*");
  const parts = (isOpen ? filter.slice(0, -2) : filter).split(".");
  const names = type.split(".");
  if (isOpen ? names.length <= parts.length : names.length !== parts.length) return false;
  return parts.every((part, at) => part === "*" || part === names[at]);
}

/** The pattern that covers a type, other than the type itself. */
export function coveredBy(filters: readonly string[], type: string): string | null {
  return filters.find((filter) => filter !== type && matches(filter, type)) ?? null;
}

/** Filters that are no type of the catalog: patterns, and types that it does not know (yet). */
export function others(filters: readonly string[], known: ReadonlySet<string>): string[] {
  return filters.filter((filter) => filter !== "*" && !known.has(filter));
}

/** The filters with a type picked or dropped. */
export function toggled(filters: readonly string[], types: readonly string[], on: boolean): string[] {
  const changed = new Set(types);
  const kept = filters.filter((filter) => filter !== "*" && !changed.has(filter));
  return on ? [...kept, ...types] : kept;
}

/** The longest event type that the API takes. */
export const TYPE_CHARS_MAX = 256;

/** Whether the API takes a text as an event type: printable ASCII without `*`, no blank first or last. */
export const isEventType = (type: string) =>
  /^[!-)+-~]([ -)+-~]*[!-)+-~])?$/.test(type) && type.length <= TYPE_CHARS_MAX;

/** Why a text is no filter, or null. */
export function filterFault(filter: string): string | null {
  if (filter === "*") return null;
  const below = filter.endsWith(".*") ? filter.slice(0, -2) : filter;
  const type = below
    .split(".")
    .map((part) => (part === "*" ? "x" : part))
    .join(".");
  return isEventType(type)
    ? null
    : `${filter} is not a valid filter. Use a type such as order.paid, or a pattern such as order.* or order.*.failed`;
}

/** `All events`, `order.paid`, `order.paid and 3 more`: where there is little room. */
export function inShort(filters: readonly string[]): string {
  if (filters.includes("*")) return "All events";
  const [first, ...rest] = filters;
  if (first === undefined) return "No events";
  return rest.length === 0 ? first : `${first} and ${rest.length} more`;
}
