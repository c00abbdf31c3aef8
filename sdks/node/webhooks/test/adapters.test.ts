// Each adapter with its real framework, over real sockets.
import { createHmac } from "node:crypto";
import { type AddressInfo } from "node:net";
import { type Server, request as httpRequest } from "node:http";
import { serve } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { webhookHandler as expressHandler } from "../src/express.js";
import { webhookHandler } from "../src/fetch.js";
import { webhookPlugin } from "../src/fastify.js";
import { webhookHandler as honoHandler } from "../src/hono.js";
import { BODY_BYTES_MAX, type ReceiverOptions } from "../src/receiver.js";
import { type AnyEvent, Deduplicator, Webhook } from "../src/index.js";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY = '{"id":"evt_1",  "type":"workflow.completed","created_at":"2026-04-03T09:15:00.000Z","data":{"run":"é"}}';

type Start = (webhook: Webhook, handle: (event: AnyEvent) => unknown, options: ReceiverOptions) => Promise<[port: number, stop: () => unknown]>;

const listening = (server: Server): Promise<[number, () => unknown]> =>
  new Promise((resolve) => {
    const found = () => resolve([(server.address() as AddressInfo).port, () => server.close()]);
    if (server.listening) found();
    else server.once("listening", found);
  });

const frameworks: Record<string, Start> = {
  express: (webhook, handle, options) => {
    const app = express();
    app.all("/hooks", expressHandler(webhook, handle, options));
    return listening(app.listen(0, "127.0.0.1"));
  },
  "express with a raw body": (webhook, handle, options) => {
    const app = express();
    app.use(express.raw({ type: () => true, limit: "5mb" }));
    app.all("/hooks", expressHandler(webhook, handle, options));
    return listening(app.listen(0, "127.0.0.1"));
  },
  fastify: async (webhook, handle, options) => {
    const app = fastify();
    await app.register(webhookPlugin("/hooks", webhook, handle, options));
    await app.listen({ port: 0, host: "127.0.0.1" });
    return [(app.server.address() as AddressInfo).port, () => app.close()];
  },
  hono: (webhook, handle, options) => {
    const app = new Hono();
    app.all("/hooks", honoHandler(webhook, handle, options));
    return listening(serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server);
  },
  fetch: (webhook, handle, options) =>
    listening(serve({ fetch: webhookHandler(webhook, handle, options), port: 0, hostname: "127.0.0.1" }) as Server),
};

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function sign(body: string, secret = SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

interface Reply {
  status: number | undefined;
  text: string;
  headers: Record<string, unknown>;
}

function send(port: number, body: string, headers: string[], method = "POST"): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sized = body ? ["content-length", String(Buffer.byteLength(body))] : [];
    const all = ["host", `127.0.0.1:${port}`, "connection", "close", ...sized, ...headers];
    const request = httpRequest({ host: "127.0.0.1", port, path: "/hooks?a=b", method, headers: all }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString(), headers: response.headers }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

const post = (port: number, body: string, signature: string | null, delivery = "del_1") =>
  send(port, body, [
    ...["content-type", "application/json", "ventryx-event", "workflow.completed", "ventryx-delivery", delivery],
    ...(signature === null ? [] : ["ventryx-signature", signature]),
  ]);

describe.each(Object.entries(frameworks))("%s", (_, start) => {
  async function running(dialect: string, handle: (event: AnyEvent) => unknown = () => {}, options: ReceiverOptions = {}) {
    const [port, stop] = await start(new Webhook(dialect, SECRET), handle, options);
    stops.push(stop);
    return port;
  }

  it("hands a genuine event on, verified by its raw body", async () => {
    const events: AnyEvent[] = [];
    const port = await running("ventryx", (event) => events.push(event));
    expect((await post(port, BODY, sign(BODY))).status).toBe(204);
    expect(events).toMatchObject([{ id: "evt_1", type: "workflow.completed", deliveryId: "del_1", data: { run: "é" }, key: 0 }]);
  });

  it("refuses with the status and text that the vendor publishes", async () => {
    const port = await running("yativo", () => expect.unreachable());
    const missing = await send(port, BODY, ["content-type", "application/json"]);
    expect([missing.status, missing.text]).toEqual([400, "Invalid signature"]);
    const wrong = await send(port, BODY, ["content-type", "application/json", "x-webhook-signature", "00"]);
    expect([wrong.status, wrong.text]).toEqual([401, "Invalid signature"]);
    expect((await send(port, "", ["x-webhook-signature", "00"])).status).toBe(400);
  });

  it("handles a retry once, and again after a failure", async () => {
    let calls = 0;
    const reasons: unknown[] = [];
    const handle = () => {
      if (++calls === 1) throw new Error("database is away");
    };
    const port = await running("ventryx", handle, { deduplicator: new Deduplicator(), onRefusal: (reason) => reasons.push(reason) });
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await post(port, BODY, sign(BODY))).status);
    expect(statuses).toEqual([500, 204, 204]);
    expect(calls).toBe(2);
    expect(reasons).toEqual([new Error("database is away")]);
  });

  it("answers another attempt with 503 while the first is being handled", async () => {
    let entered = () => {};
    let finish = () => {};
    const isEntered = new Promise<void>((resolve) => (entered = resolve));
    const isFinished = new Promise<void>((resolve) => (finish = resolve));
    const handle = () => (entered(), isFinished);
    const port = await running("ventryx", handle, { deduplicator: new Deduplicator() });
    const first = post(port, BODY, sign(BODY));
    await isEntered;
    const second = await post(port, BODY, sign(BODY));
    expect([second.status, second.headers["retry-after"]]).toEqual([503, "30"]);
    finish();
    expect((await first).status).toBe(204);
  });

  it("signs the URL that the sender was given", async () => {
    const body = '{"type":"a","event_id":"e","data":1}';
    const events: AnyEvent[] = [];
    const port = await running("square", (event) => events.push(event));
    const signed = (url: string) => createHmac("sha256", SECRET).update(url + body).digest("base64");
    const headers = (url: string) => ["content-type", "application/json", "x-square-hmacsha256-signature", signed(url)];
    expect((await send(port, body, headers(`http://127.0.0.1:${port}/hooks?a=b`))).status).toBe(204);
    const proxied = await running("square", (event) => events.push(event), { url: "https://example.com/in" });
    expect((await send(proxied, body, headers("https://example.com/in"))).status).toBe(204);
    expect(events).toHaveLength(2);
  });

  it("answers the handshakes", async () => {
    const cloudevents = await running("cloudevents");
    const leave = await send(cloudevents, "", ["webhook-request-origin", "nuncio.example"], "OPTIONS");
    expect([leave.status, leave.headers["webhook-allowed-origin"]]).toEqual([204, "nuncio.example"]);
    const zoom = new Webhook("zoom", SECRET, { now: () => 1_777_206_896_000 });
    const [port, stop] = await start(zoom, () => expect.unreachable(), {});
    stops.push(stop);
    const body = '{"event":"endpoint.url_validation","payload":{"plainToken":"abc"},"event_ts":1}';
    const signature = `v0=${createHmac("sha256", SECRET).update(`v0:1777206896:${body}`).digest("hex")}`;
    const crc = await send(port, body, ["content-type", "application/json", "x-zm-request-timestamp", "1777206896", "x-zm-signature", signature]);
    expect(crc.status).toBe(200);
    expect(JSON.parse(crc.text)).toEqual({ plainToken: "abc", encryptedToken: createHmac("sha256", SECRET).update("abc").digest("hex") });
  });

  it("takes the largest event of a sender, and refuses a body that is too large", async () => {
    const ofBytes = (bytes: number) => `{"data":"${"x".repeat(bytes - '{"data":""}'.length)}"}`;
    let handled = 0;
    const port = await running("ventryx", () => void handled++);
    for (const [bytes, status] of [[1024 * 1024 + 200, 204], [BODY_BYTES_MAX, 204], [BODY_BYTES_MAX + 1, 413]] as const) {
      const body = ofBytes(bytes);
      expect((await post(port, body, sign(body))).status).toBe(status);
    }
    expect(handled).toBe(2);
  });
});

it("a body that was parsed before is a mistake of the set-up, not of the sender", async () => {
  const app = express();
  app.use(express.json());
  const reasons: unknown[] = [];
  app.all("/hooks", expressHandler(new Webhook("ventryx", SECRET), () => {}, { onRefusal: (reason) => reasons.push(reason) }));
  const [port, stop] = await listening(app.listen(0, "127.0.0.1"));
  stops.push(stop);
  expect((await post(port, BODY, sign(BODY))).status).toBe(500);
  expect(String(reasons[0])).toContain("before `express.json()`");
});
