/**
 * Routes that the server is about to have, by hand, until `openapi.json` describes them: what it describes wins
 * (see `client.ts`), and the entry here is then deleted.
 */
import type { components } from "./schema";

type Schemas = components["schemas"];
type Problem = { content: { "application/problem+json": Schemas["Problem"] } };

export interface AuditRecord {
  id: string;
  at: string;
  action: string;
  actor: {
    kind: string;
    key: string | null;
    name: string | null;
    via: string;
  };
  project: string | null;
  tenant: string | null;
  target: { kind: string; id: string | null };
  changes: Record<string, unknown> | null;
  ip: string | null;
  user_agent: string | null;
  request_id: string;
}

export interface UrlCheck {
  ok: boolean;
  url: string | null;
  errors: { pointer: string; detail: string }[];
  warnings: { pointer: string; detail: string }[];
}

export interface Explained {
  endpoint: string;
  url: string;
  delivery: string | null;
  matched: boolean;
  reason: string;
  filters: string[];
}

export interface Program {
  language: string;
  label: string;
  /** What the program's file is called, and how it is run. */
  file: string;
  run: string;
  library: { code: string; install: string } | null;
  by_hand: { code: string } | null;
}

interface Get<Query, Path, Answer> {
  get: {
    parameters: { query?: Query; header?: { "Nuncio-Project"?: string }; cookie?: never } & Path;
    responses: { 200: { headers: Record<string, never>; content: { "application/json": Answer } }; 401: Problem };
  };
}

interface Post<Path, Body, Answer> {
  post: {
    parameters: { query?: never; header?: { "Nuncio-Project"?: string }; cookie?: never } & Path;
    requestBody: { content: { "application/json": Body } };
    responses: { 200: { headers: Record<string, never>; content: { "application/json": Answer } }; 401: Problem };
  };
}

type NoPath = { path?: never };

export interface PendingPaths {
  "/v1/audit": Get<
    {
      action?: string;
      actor?: string;
      target?: string;
      tenant?: string;
      since?: string;
      until?: string;
      limit?: number;
      cursor?: string;
    },
    NoPath,
    { data: AuditRecord[]; next_cursor: string | null }
  >;
  "/v1/endpoints/{id}/recover": Post<
    { path: { id: string } },
    { since: string; until?: string; which: "dead" | "missing" | "all" },
    { job: string }
  >;
  "/v1/endpoints/check": Post<NoPath, { url: string }, UrlCheck>;
  "/v1/events/{id}/explain": Get<never, { path: { id: string } }, { data: Explained[] }>;
  "/v1/guide/programs": Get<
    { endpoint?: string; language?: string; dialect?: string },
    NoPath,
    { dialect: string; secret_chosen_by?: string; languages: Program[] }
  >;
}
