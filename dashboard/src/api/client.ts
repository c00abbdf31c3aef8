import createClient from "openapi-fetch";
import { refused, unreachable } from "./error";
import { heard } from "./serverClock";
import type { paths } from "./schema";

export type Api = ReturnType<typeof createClient<paths>>;

/** Who is asking, and of which project. Without a token the browser's session cookie speaks. */
export interface Caller {
  token?: string;
  project?: string;
  /** The project whose portal's page asks, with the cookie of that portal. */
  portal?: string;
  /** For tests. */
  fetch?: (request: Request) => Promise<Response>;
  baseUrl?: string;
}

/** A typed client of the server that this page came from. */
export function createApi(caller: Caller = {}): Api {
  const headers: Record<string, string> = {};
  if (caller.token !== undefined) headers.Authorization = `Bearer ${caller.token}`;
  if (caller.project !== undefined) headers["Nuncio-Project"] = caller.project;
  if (caller.portal !== undefined) headers["Nuncio-Portal"] = caller.portal;
  return createClient<paths>({
    baseUrl: caller.baseUrl ?? "",
    headers,
    // A token speaks for itself; a cookie that happens to be there must not.
    credentials: caller.token === undefined ? "same-origin" : "omit",
    cache: "no-store",
    ...(caller.fetch === undefined ? {} : { fetch: caller.fetch }),
  });
}

interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** What a call answered; an `ApiError` is thrown when it was refused or got no answer. */
export async function must<A extends Answer>(call: Promise<A>): Promise<Exclude<A["data"], undefined>> {
  let answer: A;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw unreachable(cause);
  }
  heard(answer.response.headers.get("date"));
  if (!answer.response.ok) throw refused(answer.response, answer.error);
  return answer.data as Exclude<A["data"], undefined>;
}
