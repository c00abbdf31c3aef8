// Every conformance vector of the project.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Webhook, WebhookConfigurationError, WebhookVerificationError, dialectNames } from "../src/index.js";

interface Vector {
  name: string;
  case: string;
  secrets: string[];
  now_ms: number;
  method: string;
  url: string;
  headers: [string, string][];
  body: string;
  body_repeat?: number;
  expect: { accept?: { key: number; version?: string; timestamp_ms?: number }; refuse?: string; header?: string };
}
interface File {
  dialect: string;
  secrets?: { secret: string; expect: "accept" | "refuse" }[];
  verify: Vector[];
}

const folder = join(import.meta.dirname, "../../../../conformance");
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as File);

function answerTo(dialect: string, vector: Vector): unknown {
  const { headers, method, url, now_ms: now } = vector;
  const body = vector.body.repeat(vector.body_repeat ?? 1);
  try {
    const found = new Webhook(dialect, vector.secrets).verifySignature(body, headers, { method, url, now });
    return { accept: { key: found.key, version: found.version, timestamp_ms: found.timestamp?.getTime() ?? null } };
  } catch (error) {
    // A secret that cannot be used is refused before any request is.
    if (error instanceof WebhookConfigurationError) return { refuse: "bad_signature" };
    if (!(error instanceof WebhookVerificationError)) throw error;
    // Without any header the vector leaves open which one is missed first.
    return { refuse: error.code, ...(vector.expect.header && { header: error.header }) };
  }
}

describe.each(files)("$dialect", ({ dialect, secrets = [], verify }) => {
  it.each(verify)("$case: $name", (vector) => {
    const { accept, refuse, header } = vector.expect;
    const expected = accept
      ? { accept: { key: accept.key, version: accept.version ?? null, timestamp_ms: accept.timestamp_ms ?? null } }
      : { refuse, ...(header && { header }) };
    expect(answerTo(dialect, vector)).toEqual(expected);
  });

  // What a sender refuses to register, a receiver may still hold: what that refuses is in `receivers/`.
  it.each(secrets.filter((row) => row.expect === "accept"))("secret $secret is taken", ({ secret }) => {
    expect(() => new Webhook(dialect, secret)).not.toThrow();
  });
});

it("there are vectors of every built-in dialect", () => {
  expect(files.map(({ dialect }) => dialect).sort()).toEqual([...dialectNames].sort());
});
