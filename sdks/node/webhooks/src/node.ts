/** What the adapters for Node's own requests share; typed by shape, so that nothing of Node is needed to load it. */
import type { Answer } from "./handshake.js";

/** Of `http.IncomingMessage`. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly headers: { readonly host?: string | undefined };
}

/** Of `http.ServerResponse`. */
export interface NodeResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string): unknown;
}

/** The headers as they came: `request.headers` drops or joins those that came twice. */
export function rawHeaderPairs(request: NodeRequest): [string, string][] {
  const { rawHeaders } = request;
  return Array.from({ length: rawHeaders.length / 2 }, (_, at) => [rawHeaders[2 * at]!, rawHeaders[2 * at + 1]!]);
}

export function write(response: NodeResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers);
  response.end(body);
}
