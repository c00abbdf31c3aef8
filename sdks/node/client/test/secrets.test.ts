// Whatever goes wrong, an error shows neither the API key nor what a call sends in confidence.
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import * as sdk from "../src/index.js";
import { type Answer, ScriptedServer } from "./scripted-server.js";

const KEY = "nk_key_d41d8cd98f00b204";
const SECRETS = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8I"quoted\\"',
  header: "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x",
  password: "p4ss-w0rd/é",
};
const ENDPOINT = {
  tenant: "acme",
  url: "https://user:url-pass@hooks.example.com/in",
  events: ["*"],
  secret: SECRETS.secret,
  headers: { Authorization: SECRETS.header },
  auth: { type: "basic", username: "u", password: SECRETS.password },
};

let server: ScriptedServer | undefined;
afterEach(() => server?.stop());

/** Every way in which an error reaches a log. */
function shown(error: unknown): string {
  const own = (found: unknown): string =>
    found instanceof Error ? [found.message, found.stack, JSON.stringify(found), String(found), own(found.cause)].join("\n") : String(found);
  return [own(error), inspect(error, { depth: null, showHidden: true }), JSON.stringify(error)].join("\n");
}

function expectNoSecret(error: unknown): void {
  const text = shown(error);
  for (const secret of [KEY, ...Object.values(SECRETS), "url-pass"]) {
    for (const spelt of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
      expect(text).not.toContain(spelt);
    }
  }
}

async function failure(script: Answer[], options: Partial<sdk.ClientOptions> = {}): Promise<unknown> {
  server = await ScriptedServer.start(script);
  const client = new sdk.Nuncio({ key: KEY, baseUrl: server.baseUrl, retry: { attemptsMax: 1 }, ...options });
  return client.endpoints.create(ENDPOINT as unknown as sdk.NewEndpoint).then(
    () => expect.fail("it succeeded"),
    (error: unknown) => error,
  );
}

/** A server that repeats everything in every place. */
const echo = [KEY, ...Object.values(SECRETS), ...Object.values(SECRETS).map((secret) => JSON.stringify(secret)), ENDPOINT.url].join(" | ");
const document = (status: number) => ({
  status,
  headers: { "nuncio-request-id": `req ${KEY}` },
  body: { type: `urn:x:${KEY}`, title: echo, status, detail: echo, errors: [{ pointer: `/${KEY}`, detail: echo }], request_id: echo },
});

describe("an error holds no secret", () => {
  it.each([400, 401, 403, 404, 409, 413, 418, 422, 429, 503])("of a server that repeats the request with %d", async (status) => {
    const error = await failure([document(status)]);
    expect(error).toBeInstanceOf(sdk.ApiError);
    expect((error as sdk.ApiError).detail).toContain("[secret]");
    expectNoSecret(error);
  });

  it.each<[string, Answer]>([
    ["no problem document", { status: 500, headers: { "nuncio-request-id": KEY }, body: echo }],
    ["no JSON with a good status", { status: 201, body: `{"secret": "${KEY}" ${echo}` }],
    ["a broken connection", { instead: "broken" }],
  ])("of an answer that is %s", async (_, answer) => {
    expectNoSecret(await failure([answer]));
  });

  it("of a call whose time is up", async () => {
    const error = await failure([{ instead: "silent" }], { timeoutMs: 50 });
    expect(error).toBeInstanceOf(sdk.TimeoutError);
    expectNoSecret(error);
  });

  it("of a `fetch` that tells what it was given", async () => {
    const telling = async (_url: unknown, init?: RequestInit): Promise<Response> => {
      const cause = Object.assign(new Error("inner"), { request: JSON.stringify(init?.headers) });
      throw new TypeError(`cannot send ${JSON.stringify(init?.headers)} ${String(init?.body)}`, { cause });
    };
    const error = await failure([], { fetch: telling as typeof fetch });
    expect(error).toBeInstanceOf(sdk.ConnectionError);
    expectNoSecret(error);
  });

  it.each(["\n", "\r\nX-Other: 1", " ", "\u0661", "\0"])("of a key with %j after it", (end) => {
    const make = () => new sdk.Nuncio({ key: KEY + end });
    expect(make).toThrow(sdk.InvalidCallError);
    try {
      make();
    } catch (error) {
      expectNoSecret(error);
    }
  });

  it.each(["https://user:url-pass@nuncio.example.com", "https://url-pass@nuncio.example.com", "u:url-pass@nuncio.example.com", "ftp://u:url-pass@a.example/", "https://u:url-pass@a.example:x/"])(
    "of the address %s",
    (baseUrl) => {
      try {
        new sdk.Nuncio({ key: KEY, baseUrl });
        expect.fail("it was taken");
      } catch (error) {
        expect(error).toBeInstanceOf(sdk.InvalidCallError);
        expectNoSecret(error);
      }
    },
  );

  it("of a client that is printed", () => {
    expectNoSecret(new sdk.Nuncio({ key: KEY }));
  });
});
