import { afterEach, describe, expect, it } from "vitest";
import * as sdk from "../src/index.js";
import { type Answer, problem, ScriptedServer } from "./scripted-server.js";

const START_MS = Date.parse("2026-01-02T03:04:05Z");
const PUBLISHED = { id: "evt_1", tenant: "acme", type: "order.paid", created_at: "2026-01-02T03:04:05.000Z", deliveries: 1 };
const EVENT = { tenant: "acme", type: "order.paid", data: { order: "4711" } };

let server: ScriptedServer | undefined;
afterEach(() => server?.stop());

/** A client of a server with that script, on a clock that only moves by the client's waits. */
async function scripted(script: Answer[], options: Partial<sdk.ClientOptions> = {}) {
  server = await ScriptedServer.start(script);
  const waits: number[] = [];
  const clock: sdk.Clock = {
    now: () => START_MS,
    random: () => 0,
    sleep: async (ms) => void waits.push(ms),
  };
  const client = new sdk.Nuncio({ key: "nk_1", baseUrl: `${server.baseUrl}/`, clock, ...options });
  return { client, waits, received: server.received };
}

describe("requests", () => {
  it("carry key, project, and the body as JSON", async () => {
    const { client, received } = await scripted([{ status: 202, body: PUBLISHED }], { project: "proj_1" });
    expect(await client.events.publish(EVENT)).toEqual(PUBLISHED);
    const [request] = received;
    expect(request).toMatchObject({ method: "POST", url: "/v1/events" });
    expect(request?.headers).toMatchObject({
      authorization: "Bearer nk_1",
      "nuncio-project": "proj_1",
      "content-type": "application/json",
    });
    expect(JSON.parse(request?.body ?? "")).toEqual(EVENT);
  });

  it("name the project of the call rather than the client's", async () => {
    const { client, received } = await scripted([{ status: 204 }], { project: "proj_1" });
    await client.tenants.delete("acme", { project: "proj_2" });
    expect(received[0]?.headers["nuncio-project"]).toBe("proj_2");
  });

  it("have their parameters encoded, and leave out those not given", async () => {
    const { client, received } = await scripted([
      { body: { data: [], next_cursor: null } },
      { body: {} },
    ]);
    await client.deliveries.list({ tenant: "a&b", status: "dead", since: undefined });
    await client.eventTypes.get("a/b?c");
    expect(received.map(({ url }) => url)).toEqual([
      "/v1/deliveries?tenant=a%26b&status=dead",
      "/v1/event-types/a%2Fb%3Fc",
    ]);
  });

  it.each(["", ".", ".."])("are not made for the id %j, which would be another path", async (id) => {
    const { client, received } = await scripted([]);
    expect(() => client.endpoints.delete(id)).toThrow(sdk.InvalidCallError);
    expect(received).toEqual([]);
  });

  it("need a key", () => {
    expect(() => new sdk.Nuncio({ key: "" })).toThrow("key is empty");
  });
});

describe("answers", () => {
  it("may have fields that this client does not know", async () => {
    const { client } = await scripted([{ body: { id: "job_1", state: "done", colour: "red" } }]);
    expect(await client.jobs.get("job_1")).toMatchObject({ state: "done" });
  });

  it("may be empty", async () => {
    const { client } = await scripted([{ status: 204 }]);
    expect(await client.webhooks.delete("ep_1")).toBeUndefined();
  });

  it("that are no JSON are an error", async () => {
    const { client } = await scripted([{ body: "<html>" }]);
    await expect(client.jobs.get("job_1")).rejects.toThrow(sdk.ApiError);
  });

  it("that redirect are not followed: the key would go along", async () => {
    const away = { status: 307, headers: { location: "/elsewhere" } };
    const { client, received } = await scripted([away], { retry: { attemptsMax: 1 } });
    await expect(client.jobs.get("job_1")).rejects.toThrow(sdk.ConnectionError);
    expect(received).toHaveLength(1);
  });
});

describe("retries", () => {
  it("keep the idempotency key, so that a lost answer has one effect", async () => {
    const { client, received } = await scripted([
      { instead: "broken" },
      problem(503, "unavailable"),
      { status: 202, body: PUBLISHED },
    ]);
    await client.events.publish(EVENT);
    const keys = received.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("of other calls have other keys, and a given key is used", async () => {
    const answer = { status: 202, body: PUBLISHED };
    const { client, received } = await scripted([answer, answer, answer]);
    await client.events.publish(EVENT);
    await client.events.publish(EVENT);
    await client.events.publish(EVENT, { idempotencyKey: "order-4711" });
    const [first, second, third] = received.map(({ headers }) => headers["idempotency-key"]);
    expect(first).not.toBe(second);
    expect(third).toBe("order-4711");
  });

  it("wait twice as long each time, and end", async () => {
    const { client, waits, received } = await scripted(Array(4).fill(problem(503, "unavailable")));
    await expect(client.jobs.get("job_1")).rejects.toThrow(sdk.UnavailableError);
    expect(waits).toEqual([250, 500, 1_000]);
    expect(received).toHaveLength(4);
  });

  it.each([
    ["7", 7_000],
    ["Fri, 02 Jan 2026 03:04:14 GMT", 9_000],
    ["0", 250],
    ["soon", 250],
  ])("honour Retry-After: %s", async (value, expected) => {
    const slow = { ...problem(429, "rate-limited"), headers: { "retry-after": value } };
    const { client, waits } = await scripted([slow, { body: { id: "job_1" } }]);
    await client.jobs.get("job_1");
    expect(waits).toEqual([expected]);
  });

  it("do not happen when the server asks for more time than allowed", async () => {
    const busy = { ...problem(503, "unavailable"), headers: { "retry-after": "31" } };
    const { client, waits } = await scripted([busy]);
    await expect(client.jobs.get("job_1")).rejects.toMatchObject({ retryAfterMs: 31_000 });
    expect(waits).toEqual([]);
  });

  it("happen when a gateway answered for the server, not when the server itself failed", async () => {
    const gateway = { status: 502, body: "<h1>Bad gateway</h1>" };
    const { client, waits } = await scripted([gateway, problem(500, "internal")]);
    await expect(client.jobs.get("job_1")).rejects.toMatchObject({ status: 500 });
    expect(waits).toHaveLength(1);
  });

  it("can be turned off", async () => {
    const { client, received } = await scripted([{ instead: "broken" }], { retry: { attemptsMax: 1 } });
    await expect(client.jobs.get("job_1")).rejects.toThrow(sdk.ConnectionError);
    expect(received).toHaveLength(1);
  });

  it("follow a timeout", async () => {
    const { client } = await scripted([{ instead: "silent" }], { timeoutMs: 20, retry: { attemptsMax: 1 } });
    await expect(client.jobs.get("job_1")).rejects.toThrow(/within 20 ms/);
  });

  it("end when the caller gives up", async () => {
    const giveUp = new AbortController();
    const clock = {
      now: () => START_MS,
      random: () => 0,
      sleep: async () => giveUp.abort(new Error("enough")),
    };
    const { client, received } = await scripted([{ instead: "broken" }, { instead: "silent" }], { clock });
    await expect(client.jobs.get("job_1", { signal: giveUp.signal })).rejects.toThrow("enough");
    expect(received).toHaveLength(1);
  });
});

describe("errors", () => {
  it.each([
    [400, sdk.BadRequestError],
    [401, sdk.UnauthorizedError],
    [403, sdk.ForbiddenError],
    [404, sdk.NotFoundError],
    [409, sdk.ConflictError],
    [413, sdk.TooLargeError],
    [422, sdk.InvalidError],
    [429, sdk.RateLimitedError],
    [503, sdk.UnavailableError],
  ])("of status %i have a class of their own", async (status, kind) => {
    const { client } = await scripted([problem(status, "kind")], { retry: { attemptsMax: 1 } });
    const error = await client.jobs.get("job_1").catch((error: unknown) => error);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, name: kind.name, type: "urn:nuncio:problem:kind" });
  });

  it("say which value was refused, and the request's id", async () => {
    const errors = [{ pointer: "/url", detail: "must be https" }];
    const { client } = await scripted([problem(422, "invalid", { errors, request_id: "req_1" })]);
    const call = client.webhooks.create({ url: "http://a.example", events: ["*"] });
    await expect(call).rejects.toMatchObject({ errors, requestId: "req_1", message: "422 invalid: it is invalid" });
  });

  it("without a problem document still have status and request id", async () => {
    const { client } = await scripted([{ status: 404, body: "nothing", headers: { "nuncio-request-id": "req_2" } }]);
    await expect(client.jobs.get("job_1")).rejects.toMatchObject({ status: 404, type: "about:blank", requestId: "req_2" });
  });
});

describe("lists", () => {
  const pages = [
    { body: { data: [{ id: "1" }, { id: "2" }], next_cursor: "c 1" } },
    { body: { data: [], next_cursor: "c2" } },
    { body: { data: [{ id: "3" }], next_cursor: null } },
  ];

  it("are read page by page to the end, an empty page in between", async () => {
    const { client, received } = await scripted(pages);
    const ids: string[] = [];
    for await (const event of client.events.list({ tenant: "acme", limit: 2 })) ids.push(event.id);
    expect(ids).toEqual(["1", "2", "3"]);
    expect(received.map(({ url }) => url)).toEqual([
      "/v1/events?tenant=acme&limit=2",
      "/v1/events?tenant=acme&limit=2&cursor=c+1",
      "/v1/events?tenant=acme&limit=2&cursor=c2",
    ]);
  });

  it("ask for no more than is read", async () => {
    const { client, received } = await scripted(pages);
    for await (const event of client.events.list()) if (event.id === "2") break;
    expect(received).toHaveLength(1);
  });

  it("are their first page when awaited", async () => {
    const { client } = await scripted(pages);
    expect(await client.events.list()).toEqual(pages[0]?.body);
  });
});
