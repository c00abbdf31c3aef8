import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A delivery as it arrived. */
export interface Received {
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** Sets `window.pwned` when a page takes it for HTML; the tests look whether anything did. */
export const HOSTILE_HTML = [
  "<script>window.pwned=1</script>",
  '<img src="x" onerror="window.pwned=1">',
  '<svg onload="window.pwned=1"></svg>',
  '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  '"><a href="javascript:window.pwned=1">click</a>',
].join("\n");

/** Long enough to see in a chart, well within every dialect's timeout. */
const SLOW_MS = 400;

/** The same where one line is all that fits. */
export const HOSTILE_LINE = '"><img src=x onerror=window.pwned=1><script>window.pwned=1</script>';

type Answer = (response: ServerResponse) => void;

/** What receivers answer, by the first part of their path: `/ok/…`, `/500/…`, `/html/…`. */
const ANSWERS: Record<string, Answer> = {
  ok: (response) => response.writeHead(200, { "content-type": "application/json" }).end('{"received":true}'),
  page: (response) => response.writeHead(200, { "content-type": "text/html" }).end('<!doctype html><link rel="icon" href="data:,"><p>a page</p>'),
  slow: (response) => void setTimeout(() => ANSWERS.ok!(response), SLOW_MS),
  hang: () => undefined,
  broken: (response) => response.socket?.destroy(),
  html: (response) =>
    response.writeHead(500, { "content-type": "text/html", "x-hostile": "<img src=x onerror=window.pwned=1>" }).end(HOSTILE_HTML),
  binary: (response) =>
    response.writeHead(500, { "content-type": "application/octet-stream" }).end(Buffer.from([0, 1, 0x1b, 0xff, 0xfe, 0xc3, 0x28, 0x80, 0x41, 0])),
  huge: (response) => response.writeHead(500, { "content-type": "text/plain" }).end("wide ".repeat(60_000)),
  "long-line": (response) => response.writeHead(500, { "content-type": "text/plain" }).end("w".repeat(60_000)),
};

/** Customers' receivers on one real socket: each path is one of them, and its first part says how it answers. */
export class Receivers {
  readonly received: Received[] = [];
  readonly #switched = new Map<string, number>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const path = request.url ?? "/";
      this.received.push({ path, headers: request.headers, body });
      this.#answer(path, response);
    });
  }

  static async start(): Promise<Receivers> {
    const receivers = new Receivers();
    await new Promise<void>((resolve) => receivers.#server.listen(0, "127.0.0.1", resolve));
    return receivers;
  }

  /** The URL of one: `url("ok/billing")`, `url("503/billing")`, `url("hang/billing")`. */
  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${path}`;
  }

  /** From now on, the receiver at that path answers with this status code: it broke, or was mended. */
  switch(path: string, status: number): void {
    this.#switched.set(`/${path}`, status);
  }

  /** What arrived at one, oldest first. */
  at(path: string): Received[] {
    return this.received.filter((received) => received.path === `/${path}`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(path: string, response: ServerResponse): void {
    const kind = path.split("/")[1] ?? "";
    const status = this.#switched.get(path) ?? Number(kind);
    const answer = ANSWERS[kind];
    if (!this.#switched.has(path) && answer) return void answer(response);
    response.writeHead(status || 404, { "content-type": "text/plain" }).end(`the receiver answers ${status || 404}`);
  }
}
