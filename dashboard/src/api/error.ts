/** One wrong member of a request, as the server reports it. */
export interface Fault {
  /** A JSON pointer into the body, or a parameter's name. */
  pointer: string;
  detail: string;
  in?: "query" | "header" | "path" | null;
  /** Where in a text that the value is, counted from 1. */
  line?: number | null;
  column?: number | null;
}

/** What a problem+json answer says, or that there was no answer (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  /** Stable; what code decides on. */
  readonly type: string;
  readonly title: string;
  readonly faults: readonly Fault[];
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(parts: {
    status: number;
    type: string;
    title: string;
    detail: string;
    faults?: readonly Fault[];
    requestId?: string | null;
    retryAfterSeconds?: number | null;
  }) {
    super(parts.detail);
    this.name = "ApiError";
    this.status = parts.status;
    this.type = parts.type;
    this.title = parts.title;
    this.faults = parts.faults ?? [];
    this.requestId = parts.requestId ?? null;
    this.retryAfterSeconds = parts.retryAfterSeconds ?? null;
  }

  get detail(): string {
    return this.message;
  }
}

/** The error that a refused response stands for. `body` is what was parsed of it: a problem, or whatever a proxy wrote. */
export function refused(response: Response, body: unknown): ApiError {
  const problem = isRecord(body) ? body : {};
  const text = (name: string, otherwise: string) =>
    typeof problem[name] === "string" ? (problem[name] as string) : otherwise;
  return new ApiError({
    status: response.status,
    type: text("type", "about:blank"),
    title: text("title", response.statusText || `HTTP ${response.status}`),
    detail: text("detail", `the server answered ${response.status} and gave no reason`),
    faults: Array.isArray(problem.errors) ? problem.errors.filter(isFault) : [],
    requestId: typeof problem.request_id === "string" ? problem.request_id : response.headers.get("nuncio-request-id"),
    retryAfterSeconds: seconds(response.headers.get("retry-after")),
  });
}

/** The error for a request that got no answer at all. */
export function unreachable(cause: unknown): ApiError {
  const reason = cause instanceof Error && cause.message !== "" ? ` (${cause.message})` : "";
  return new ApiError({
    status: 0,
    type: "network",
    title: "No response",
    detail: `the server could not be reached${reason}`,
  });
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ApiError({ status: -1, type: "client", title: "Something went wrong in this page", detail });
}

/**
 * A problem's faults as form errors: `/policy/timeout_ms` becomes `policy.timeout_ms`, the path that
 * `@mantine/form` knows the field by. `rename` maps a pointer to a field that is called otherwise.
 */
export function fieldErrors(error: ApiError, rename: Record<string, string> = {}): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const fault of error.faults) {
    if (fault.in != null) continue;
    const field = rename[fault.pointer] ?? fieldOf(fault.pointer);
    if (field !== "") errors[field] ??= fault.detail;
  }
  return errors;
}

function fieldOf(pointer: string): string {
  return pointer
    .split("/")
    .filter((part) => part !== "" && part !== "#")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".");
}

function seconds(header: string | null): number | null {
  return header !== null && /^\d{1,9}$/.test(header.trim()) ? Number(header) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFault(value: unknown): value is Fault {
  return isRecord(value) && typeof value.pointer === "string" && typeof value.detail === "string";
}
