// What the project's vectors for receivers say: times, header maps, URLs, members that a dialect doesn't name.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DialectFile, type HeadersLike, Webhook, WebhookConfigurationError, WebhookVerificationError } from "../src/index.js";

interface Vector {
  name: string;
  case: string;
  dialect: string;
  secrets: string[];
  now_ms: number;
  method: string;
  url: string;
  headers: HeadersLike;
  before?: { header: string; text: string; times: number };
  body: string;
  blanks_after_body?: number;
  expect: { event?: Record<string, unknown>; refuse?: string; header?: string };
}
interface File {
  dialects?: DialectFile[];
  requests: Vector[];
}

const read = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../../../conformance/receivers", name), "utf8")) as File;
const { dialects = [], requests } = read("requests.json");
const maps = read("header-maps.json").requests;

function headersOf({ headers, before }: Vector): HeadersLike {
  if (!before) return headers;
  const values = headers as Record<string, string>;
  return { ...values, [before.header]: before.text.repeat(before.times) + values[before.header] };
}

function answerTo(vector: Vector): unknown {
  const { method, url, now_ms: now } = vector;
  const dialect = dialects.find(({ name }) => name === vector.dialect) ?? vector.dialect;
  const body = vector.body + " ".repeat(vector.blanks_after_body ?? 0);
  try {
    const event = new Webhook(dialect, vector.secrets).verify(body, headersOf(vector), { method, url, now });
    const found: Record<string, unknown> = {
      ...event,
      time_ms: event.time?.getTime(),
      timestamp_ms: event.timestamp?.getTime(),
      delivery_id: event.deliveryId,
    };
    return { event: Object.fromEntries(Object.keys(vector.expect.event ?? {}).map((name) => [name, found[name]])) };
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    return { refuse: error.code, ...(vector.expect.header && { header: error.header }) };
  }
}

describe.each([...requests, ...maps])("$dialect, $case: $name", (vector) => {
  it("is judged and read as the vector says", () => {
    expect(answerTo(vector)).toEqual(vector.expect);
  });
});

const secrets = (JSON.parse(readFileSync(join(import.meta.dirname, "../../../../conformance/receivers/secrets.json"), "utf8")) as {
  secrets: { dialect: string; secret: string; expect: "accept" | "refuse"; says?: string }[];
}).secrets;

it.each(secrets)("the secret $secret of $dialect: $expect", ({ dialect, secret, expect: expected, says = "" }) => {
  const make = () => new Webhook(dialect, secret);
  if (expected === "accept") return expect(make).not.toThrow();
  expect(make).toThrow(WebhookConfigurationError);
  expect(make).toThrow(says);
  if (secret.length > 8) expect(make).not.toThrow(secret);
});

it("header values may be bytes or numbers", () => {
  const signature = createHmac("sha256", "whsec_12345678").update("{}").digest("hex");
  const headers = { "X-GitHub-Event": new TextEncoder().encode("push"), "X-GitHub-Delivery": 7 };
  const signed = { ...headers, "x-hub-signature-256": [Buffer.from(`sha256=${signature}`)] };
  const event = new Webhook("github", "whsec_12345678").verify("{}", signed);
  expect([event.type, event.deliveryId]).toEqual(["push", "7"]);
});
