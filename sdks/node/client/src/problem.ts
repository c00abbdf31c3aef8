/** A value that the server refused. */
export interface Fault {
  /** JSON pointer (RFC 6901) of the value in the body; for a parameter or header, `/` and its name. */
  pointer: string;
  /** What is wrong with it. */
  detail: string;
  /** `query`, `header` or `path`, if it was given there; left out for the body. */
  in?: string | null;
}

/** A problem document (RFC 9457), as the server answers every error. */
export interface Problem {
  /** A stable URI that names the kind of problem, such as `urn:nuncio:problem:not-found`. */
  type: string;
  /** The kind in words. */
  title: string;
  /** The HTTP status code. */
  status: number;
  /** What is wrong this time, naming value and field. */
  detail: string;
  /** Each value that was refused. */
  errors?: Fault[];
  /** The request's id, to be named when asking the server's operator. */
  request_id?: string | null;
}

/**
 * The problem document in an answer's body, or undefined: whatever stands between client and server may answer with
 * a page of its own.
 */
export function parseProblem(body: string): Problem | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { type, title, status, detail } = value as Record<string, unknown>;
  const isProblem =
    typeof type === "string" && typeof title === "string" && typeof status === "number" && typeof detail === "string";
  return isProblem ? (value as Problem) : undefined;
}
