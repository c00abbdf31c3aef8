import type { AuditRecord } from "@/api/types";

/** What is audited, as the API names it and as people say it, with where it leads. */
const NOUNS: Record<string, { label: string; to?: (id: string) => string }> = {
  endpoint: { label: "endpoint", to: (id) => `/endpoints/${id}` },
  tenant: { label: "tenant", to: (id) => `/tenants/${encodeURIComponent(id)}` },
  event_type: { label: "event type", to: (id) => `/catalog/${encodeURIComponent(id)}` },
  dialect: { label: "dialect", to: (id) => `/dialects/${encodeURIComponent(id)}` },
  event: { label: "event", to: (id) => `/events/${id}` },
  delivery: { label: "delivery", to: (id) => `/deliveries/${id}` },
  deliveries: { label: "deliveries" },
  dead_letters: { label: "dead letters" },
  job: { label: "bulk operation" },
  key: { label: "key", to: () => "/keys" },
  project: { label: "project", to: () => "/settings" },
  portal_session: { label: "portal link" },
  session: { label: "session" },
};

const VERBS: Record<string, string> = {
  create: "created",
  update: "changed",
  delete: "deleted",
  enable: "enabled",
  disable: "paused",
  test: "tested",
  recover: "recovered",
  rotate_secret: "secret rotated",
  verify: "verified",
  retry: "retried",
  cancel: "cancelled",
  purge: "purged",
  replay: "replayed",
  erase_payload: "payload erased",
};

const WHOLE: Record<string, string> = {
  "session.create": "Signed in",
  "session.delete": "Signed out",
  "key.delete": "Key revoked",
};

/** `Endpoint changed`. A word that is newer than this page is shown as it is. */
export function actionSaid(action: string): string {
  const whole = WHOLE[action];
  if (whole !== undefined) return whole;
  const [noun = "", verb = ""] = action.split(".");
  const label = NOUNS[noun]?.label ?? noun.replaceAll("_", " ");
  const said = VERBS[verb] ?? verb.replaceAll("_", " ");
  const text = `${label} ${said}`.trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Where the thing is; null for what has no screen, and for what was deleted. */
export function targetTo({ action, target }: Pick<AuditRecord, "action" | "target">): string | null {
  if (target.id === null || action.endsWith(".delete")) return null;
  return NOUNS[target.kind]?.to?.(target.id) ?? null;
}

export const ACTOR_KINDS: Record<string, string> = {
  admin: "Admin key",
  project: "Project key",
  tenant: "Tenant key",
  portal: "Portal",
  cli: "Command line",
  system: "Nuncio",
};

/** Who did it: what the key's owner called it then, else what kind of caller it was. */
export function actorSaid({ kind, name }: Pick<AuditRecord["actor"], "kind" | "name">): string {
  return name ?? ACTOR_KINDS[kind] ?? kind;
}

/** Actions to choose from; those of every verb of a noun first. */
export const ACTIONS: readonly string[] = [
  "endpoint.*",
  "endpoint.create",
  "endpoint.update",
  "endpoint.delete",
  "endpoint.enable",
  "endpoint.disable",
  "endpoint.rotate_secret",
  "endpoint.recover",
  "endpoint.test",
  "endpoint.reveal_secret",
  "endpoint.verify",
  "tenant.*",
  "key.*",
  "key.create",
  "key.delete",
  "project.*",
  "event_type.*",
  "dialect.*",
  "event.*",
  "events.replay",
  "job.cancel",
  "attempt.erase_response",
  "delivery.*",
  "dead_letters.*",
  "portal_session.create",
  "session.*",
];
