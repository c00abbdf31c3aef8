import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** One answer of the script; `broken` closes the connection in its place, `silent` never answers. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  instead?: "broken" | "silent";
}

/** A request as it came in. */
export interface Received {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A server on a real socket that answers one request after the other from a script; beyond it, with 418. */
export class ScriptedServer {
  readonly received: Received[] = [];
  readonly #server: Server;

  private constructor(script: Answer[]) {
    const left = [...script];
    this.#server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const { method = "", url = "", headers } = request;
      this.received.push({ method, url, headers, body });
      const answer = left.shift() ?? { status: 418 };
      if (answer.instead === "broken") return request.socket.destroy();
      if (answer.instead === "silent") return;
      response.writeHead(answer.status ?? 200, answer.headers);
      const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
      response.end(answer.body === undefined ? "" : text);
    });
  }

  static async start(script: Answer[]): Promise<ScriptedServer> {
    const server = new ScriptedServer(script);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A problem document as the server writes them. */
export function problem(status: number, kind: string, more: object = {}): Answer {
  const body = { type: `urn:nuncio:problem:${kind}`, title: kind, status, detail: `it is ${kind}`, ...more };
  return { status, headers: { "content-type": "application/problem+json" }, body };
}
