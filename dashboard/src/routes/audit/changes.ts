/** One field of a change: what it was and what it is, as JSON text. */
export type Changed = { field: string; from: string | null; to: string | null } | { field: string; value: string };

/** The changes of an entry, one a field; actions that change no field have what came of them. */
export function changed(changes: Record<string, unknown> | null): Changed[] {
  return Object.entries(changes ?? {}).map(([field, change]) => {
    if (isChange(change)) return { field, from: written(change.from), to: written(change.to) };
    return { field, value: written(change) ?? "null" };
  });
}

/** `url, events and 2 more`: what a change touched, at one look. */
export function fieldsSaid(changes: Record<string, unknown> | null, shown = 3): string {
  const fields = Object.keys(changes ?? {});
  const first = fields.slice(0, shown).join(", ");
  return fields.length > shown ? `${first} and ${fields.length - shown} more` : first;
}

function isChange(change: unknown): change is { from: unknown; to: unknown } {
  return typeof change === "object" && change !== null && "from" in change && "to" in change;
}

/** Longer than a line, JSON is laid out. */
const LINE_CHARACTERS = 64;

/** Texts as they are, the rest as JSON; nothing is null. */
function written(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  const line = JSON.stringify(value);
  return line.length <= LINE_CHARACTERS ? line : JSON.stringify(value, null, 2);
}
