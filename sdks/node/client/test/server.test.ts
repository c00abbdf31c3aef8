// Against the real server: what openapi.json says and what the client does must be what it takes.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConflictError, InvalidError, NotFoundError, Nuncio, UnauthorizedError } from "../src/index.js";

const binary = process.env.NUNCIO_BIN;
if (!binary) console.warn("skipped: set NUNCIO_BIN to the nuncio binary to test against a real server");

const ADMIN_KEY = "nk_admin_for_the_client_tests_0123456789";

describe.skipIf(!binary)("with a real server", () => {
  let child: ChildProcess;
  let folder: string;
  let receiver: Server;
  let received: () => Promise<string>;
  let baseUrl: string;
  let nuncio: Nuncio;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "nuncio-client-"));
    const flags = ["--listen", "127.0.0.1:0", "--data", folder, "--allow-http", "--allow-private-networks"];
    const env = { ...process.env, NUNCIO_ADMIN_KEY: ADMIN_KEY, NUNCIO_MASTER_KEY: "11".repeat(32) };
    child = spawn(binary as string, ["serve", ...flags], { env, stdio: ["ignore", "pipe", "ignore"] });
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      baseUrl = /^listening on (\S+)$/.exec(line)?.[1] ?? "";
      if (baseUrl) break;
    }
    const admin = new Nuncio({ key: ADMIN_KEY, baseUrl });
    const project = await admin.projects.create({ name: "Shop", dialect: "standard" });
    const key = await admin.keys.create({ name: "app", kind: "project", scope: "full" }, { project: project.id });
    nuncio = new Nuncio({ key: key.key as string, baseUrl });

    const bodies: string[] = [];
    const waiting: ((body: string) => void)[] = [];
    receiver = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const next = waiting.shift();
      next ? next(body) : bodies.push(body);
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    received = () => new Promise((resolve) => (bodies.length ? resolve(bodies.shift() as string) : waiting.push(resolve)));
  });

  afterAll(async () => {
    receiver.closeAllConnections();
    receiver.close();
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it("an event that is published is delivered, and its log can be read", async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
    const webhook = await nuncio.webhooks.create({ tenant: "acme", url, events: ["order.*"], metadata: { team: "a" } });
    expect(webhook.secret).toMatch(/^whsec_/);

    const event = await nuncio.events.publish({ tenant: "acme", type: "order.paid", data: { order: "4711" } });
    expect(event.deliveries).toBe(1);
    expect(JSON.parse(await received())).toMatchObject({ type: "order.paid", data: { order: "4711" } });
    expect((await nuncio.events.get(event.id)).data).toEqual({ order: "4711" });

    const [delivery] = (await nuncio.events.listDeliveries(event.id)).data;
    expect(delivery).toMatchObject({ endpoint: webhook.id, type: "order.paid" });
    await nuncio.deliveries.retry(delivery?.id as string);
    expect(JSON.parse(await received())).toMatchObject({ type: "order.paid" });

    const changed = await nuncio.webhooks.update(webhook.id, { description: "orders", metadata: null });
    expect(changed).toMatchObject({ description: "orders", metadata: {} });
    await nuncio.webhooks.delete(webhook.id);
    await expect(nuncio.webhooks.get(webhook.id)).rejects.toThrow(NotFoundError);
  });

  it("a batch has a result for each event, and lists go over pages", async () => {
    const { results } = await nuncio.events.publishBatch({
      events: [
        { tenant: "pages", type: "a", data: 1 },
        { tenant: "", type: "a", data: 2 },
        { tenant: "pages", type: "a", data: 3 },
      ],
    });
    expect(results.map(({ status }) => status)).toEqual([202, 422, 202]);
    const [, refused] = results;
    expect(refused && "problem" in refused && refused.problem.errors?.[0]?.pointer).toBe("/events/1/tenant");
    const ids: string[] = [];
    for await (const event of nuncio.events.list({ tenant: "pages", limit: 1 })) ids.push(event.id);
    expect(ids).toHaveLength(2);
  });

  it("a repetition with the same idempotency key has no second effect", async () => {
    const once = { idempotencyKey: "order-4711" };
    const event = { tenant: "once", type: "a", data: 1 };
    const first = await nuncio.events.publish(event, once);
    expect(await nuncio.events.publish(event, once)).toEqual(first);
    await expect(nuncio.events.publish({ ...event, data: 2 }, once)).rejects.toThrow(ConflictError);
  });

  it("refusals are errors of their kind", async () => {
    const invalid = await nuncio.webhooks
      .create({ tenant: "acme", url: "ftp://a.example", events: ["*"] })
      .catch((error: unknown) => error);
    expect(invalid).toBeInstanceOf(InvalidError);
    expect((invalid as InvalidError).errors[0]?.pointer).toBe("/url");
    expect((invalid as InvalidError).requestId).toBeTruthy();
    const stranger = new Nuncio({ key: "nk_proj_nobody", baseUrl });
    await expect(stranger.tenants.get("acme")).rejects.toThrow(UnauthorizedError);
  });
});
