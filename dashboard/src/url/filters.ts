/**
 * A list's filters live in the page's address, so that what one person sees can be sent to another. A spec names the
 * filters of a list; what it does not know or cannot read is left out, never passed on to the API.
 */
export type Search = Record<string, string | undefined>;

export interface Field<T> {
  read: (raw: string) => T | undefined;
}

export type Spec = Record<string, Field<unknown>>;

export type Values<S extends Spec> = {
  [K in keyof S]?: S[K] extends Field<infer T> ? T : never;
};

/** Any text, trimmed; empty is no filter. */
export function text(maxLength = 256): Field<string> {
  return { read: (raw) => (raw.trim() !== "" && raw.length <= maxLength ? raw.trim() : undefined) };
}

export function oneOf<const T extends string>(...values: readonly T[]): Field<T> {
  return { read: (raw) => values.find((value) => value === raw) };
}

export function whole(min: number, max: number): Field<number> {
  return {
    read: (raw) => {
      const value = Number(raw);
      return /^\d+$/.test(raw) && value >= min && value <= max ? value : undefined;
    },
  };
}

export function flag(): Field<boolean> {
  return { read: (raw) => (raw === "true" ? true : raw === "false" ? false : undefined) };
}

/** An instant, RFC 3339; answered in UTC with milliseconds as the API writes it. */
export function instant(): Field<string> {
  return {
    read: (raw) => {
      const at = Date.parse(raw);
      return /^\d{4}-\d\d-\d\dT/.test(raw) && !Number.isNaN(at) ? new Date(at).toISOString() : undefined;
    },
  };
}

export function readFilters<S extends Spec>(spec: S, search: Search): Values<S> {
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(spec)) {
    const raw = search[name];
    const value = raw === undefined ? undefined : field.read(raw);
    if (value !== undefined) values[name] = value;
  }
  return values as Values<S>;
}

/** The search with some filters changed (`undefined` or "" clears). It goes back to the first page: a cursor belongs to its filters. */
export function changeFilters(search: Search, change: Record<string, unknown>): Search {
  const next: Search = { ...search };
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined || value === null || value === "") delete next[name];
    else next[name] = String(value);
  }
  delete next.cursor;
  return next;
}

export function clearFilters(spec: Spec, search: Search): Search {
  return changeFilters(search, Object.fromEntries(Object.keys(spec).map((name) => [name, undefined])));
}

/** `?a=b` with every value as text: addresses stay readable, and a tenant called `1e3` stays that. */
export function parseSearch(query: string): Search {
  return Object.fromEntries(new URLSearchParams(query));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "") params.set(name, String(value));
  }
  const query = params.toString();
  return query === "" ? "" : `?${query}`;
}
