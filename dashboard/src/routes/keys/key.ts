import type { components } from "@/api/schema";

export type Key = components["schemas"]["Key"];
export type NewKey = components["schemas"]["NewKey"];
export type Kind = NewKey["kind"];

/** What a key may do, by its scope. */
export const SCOPE_SAID: Record<string, string> = {
  full: "full access",
  publish: "publish events",
  read: "read-only",
};

/** Which scopes there are, what each is for, and which is offered first. */
export const SCOPES: Record<Kind, readonly { value: string; label: string; about: string }[]> = {
  project: [
    { value: "publish", label: "Publish only", about: "For your application: it can publish events and nothing else." },
    { value: "full", label: "Full access", about: "For your back end: events, tenants, endpoints, tenant keys and portal links." },
    { value: "read", label: "Read-only", about: "For monitoring and support: read-only access to everything." },
  ],
  tenant: [
    { value: "full", label: "Full access", about: "The customer can manage its own endpoints and deliveries." },
    { value: "read", label: "Read-only", about: "Read-only access to the customer’s own endpoints, events and deliveries." },
  ],
};

/** Keys of the project are the admin's. */
export const mayManage = (isAdmin: boolean, kind: string) => isAdmin || kind === "tenant";

export const LIVES = [
  { value: "never", label: "Never" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "date", label: "On a date" },
] as const;

/** A key as it is written in a form. */
export interface KeyDraft {
  name: string;
  kind: Kind;
  scope: string;
  tenant: string;
  life: string;
  /** A date field's `2026-12-31`. */
  day: string;
}

const DAY_MS = 86_400_000;

/** When it ends: null is never, undefined is no time. The chosen day is its last, where the reader is. */
export function expiryOf({ life, day }: Pick<KeyDraft, "life" | "day">, now: number): string | null | undefined {
  if (life === "never") return null;
  if (life !== "date") return new Date(now + Number(life) * DAY_MS).toISOString();
  const end = Date.parse(`${day}T23:59:59.999`);
  return Number.isNaN(end) || end <= now ? undefined : new Date(end).toISOString();
}

export type KeyFaults = Partial<Record<keyof KeyDraft, string>>;

export function keyFaults(draft: KeyDraft, now: number): KeyFaults {
  const faults: KeyFaults = {};
  if (draft.name.trim() === "") faults.name = "Enter a name";
  if (draft.kind === "tenant" && draft.tenant.trim() === "") faults.tenant = "Enter a tenant ID";
  if (expiryOf(draft, now) === undefined) faults.day = "Choose today or a later day";
  return faults;
}

export function newKey(draft: KeyDraft, now: number): NewKey {
  const expires_at = expiryOf(draft, now) ?? null;
  return {
    name: draft.name.trim(),
    kind: draft.kind,
    scope: draft.scope,
    ...(draft.kind === "tenant" ? { tenant: draft.tenant.trim() } : {}),
    ...(expires_at === null ? {} : { expires_at }),
  };
}
