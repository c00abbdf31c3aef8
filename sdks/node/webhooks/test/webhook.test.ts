import { createHmac } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import * as bytes from "../src/bytes.js";
import { type DialectFile, Webhook, WebhookConfigurationError, WebhookVerificationError } from "../src/index.js";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const NOW = 1_777_206_896_123;

const hex = (text: string, secret = SECRET) => createHmac("sha256", secret).update(text).digest("hex");

function refusal(act: () => unknown): { code: string; status: number; text: string; message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof WebhookVerificationError) {
      const { code, status, text, message } = error;
      return { code, status, text, message };
    }
    throw error;
  }
  throw new Error("it was accepted");
}

describe("events", () => {
  const check = (dialect: string, headers: Record<string, string>, body: string, expected: object) =>
    expect(new Webhook(dialect, SECRET, { now: () => NOW }).verify(body, headers, { url: "https://example.com/" })).toMatchObject(expected);

  it("inviolet: the tenant and the time are in the envelope, the delivery in a header", () => {
    const body = '{"event":"approval.granted","organization_id":"org_1","created_at":"2026-04-26T12:34:56Z","data":{"a":1}}';
    const headers = { "inviolet-event": "x", "inviolet-delivery-id": "d-1", "inviolet-timestamp": `${NOW}`, "inviolet-signature": `sha256=${hex(`${NOW}.${body}`)}` };
    const time = new Date("2026-04-26T12:34:56Z");
    check("inviolet", headers, body, { id: null, type: "approval.granted", tenant: "org_1", time, deliveryId: "d-1", data: { a: 1 }, timestamp: new Date(NOW) });
  });
  it("pagerduty: the envelope is nested", () => {
    const body = '{"event":{"id":"e","event_type":"t","occurred_at":"2026-04-26T12:34:56.001Z","data":[1]}}';
    check("pagerduty", { "X-PagerDuty-Signature": `v1=${hex(body)}` }, body, { id: "e", type: "t", data: [1], version: "v1" });
  });
  it("cloudevents: the tenant is within the source", () => {
    const body = '{"id":"e","source":"/tenants/t/1","type":"a","time":"2026-04-26T12:34:56.001Z","data":null}';
    check("cloudevents", { authorization: `Bearer ${SECRET}` }, body, { id: "e", tenant: "t/1", type: "a", data: null });
  });
  it("cloudevents-binary: everything but the data is in headers", () => {
    const headers = { authorization: `Bearer ${SECRET}`, "ce-id": "e", "ce-type": "a", "ce-source": "/tenants/t", "ce-time": "2026-04-26T12:34:56.001Z" };
    check("cloudevents-binary", headers, "[1]", { id: "e", type: "a", tenant: "t", data: [1], time: new Date("2026-04-26T12:34:56.001Z") });
  });
  it("twilio: a form becomes texts by name", () => {
    const signature = createHmac("sha1", SECRET).update("https://example.com/To+1x y").digest("base64");
    check("twilio", { "x-twilio-signature": signature }, "x=+y&To=%2B1", { data: { To: "+1", x: " y" }, id: null });
  });
});

describe("refusals", () => {
  const ventryx = new Webhook("ventryx", SECRET);
  const signed = (body: string) => ({ "ventryx-signature": `sha256=${hex(body)}` });

  it.each([
    ["{", "it is no JSON"],
    ["\ufeff{}", "it is no JSON"],
    ["[]", "its envelope is no object"],
    ['{"type":1}', "its event_type is no text"],
    ['{"created_at":"soon"}', "its event_time_rfc3339_ms is no time"],
  ])("the genuine body %j: %s", (body, reason) => {
    const message = `the body is malformed: ${reason}`;
    expect(refusal(() => ventryx.verify(body, signed(body)))).toEqual({ code: "malformed_body", status: 400, text: "Invalid body", message });
  });
  it("a request without a body is answered as one without a signature", () => {
    expect(refusal(() => new Webhook("yativo", SECRET).verify("", {}))).toMatchObject({ code: "malformed_body", status: 400, text: "Invalid signature" });
  });
  it("a missing header and a wrong signature are named", () => {
    expect(refusal(() => ventryx.verify("{}", {})).message).toBe("the header `Ventryx-Signature` is missing");
    expect(refusal(() => ventryx.verify("{}", { "ventryx-signature": "" })).message).toBe("no signature in `Ventryx-Signature` matches the request");
  });
  it("ages are told in seconds, rounded up", () => {
    const at = (now: number) => {
      const headers = { "inviolet-timestamp": `${NOW}`, "inviolet-signature": `sha256=${hex(`${NOW}.{}`)}` };
      return refusal(() => new Webhook("inviolet", SECRET).verify("{}", headers, { now })).message;
    };
    expect(at(NOW + 300_001)).toBe("the request was signed 301 s ago, more than the 300 s that are allowed");
    expect(at(NOW - 300_001)).toBe("the request was signed 301 s in the future, more than the 300 s that are allowed");
  });
});

it("during a rotation either secret fits, and the event tells which", () => {
  const webhook = new Webhook("yativo", [OTHER, SECRET]);
  expect(webhook.verify("{}", { "x-webhook-signature": hex("{}") }).key).toBe(1);
  expect(webhook.verify("{}", { "x-webhook-signature": hex("{}", OTHER) }).key).toBe(0);
});

it.each<[string, () => unknown, string]>([
  ["no secret", () => new Webhook("standard", ""), "secret is missing: give the one"],
  ["no secrets", () => new Webhook("standard", []), "secret is missing: give the one"],
  ["a short secret", () => new Webhook("yativo", "short"), "a secret of 5 bytes: it must have 8 to 256"],
  ["an unknown dialect", () => new Webhook("acme", SECRET), "the dialect `acme` is unknown: give one of standard"],
  ["a tolerance without a time", () => new Webhook("yativo", SECRET, { toleranceS: 5 }), "leave `toleranceS` out"],
  ["a parsed body", () => new Webhook("yativo", SECRET).verify({} as never, {}), "give the raw bytes"],
  ["no URL where it is signed", () => new Webhook("square", SECRET).verify("{}", { "x-square-hmacsha256-signature": "x" }), "give `url`"],
])("%s is a mistake of the set-up that says what to do", (_, act, message) => {
  expect(act).toThrow(WebhookConfigurationError);
  expect(act).toThrow(message);
});

it("a custom dialect is data", () => {
  const acme: DialectFile = {
    name: "acme",
    secret: { key: "utf8" },
    signature: { header: "Acme", grammar: "bare", content: "body", scheme: [{ algorithm: "hmac-sha512", output: "base64url" }] },
    body: { format: "json" },
  };
  const signature = createHmac("sha512", SECRET).update("1").digest("base64url");
  expect(new Webhook(acme, SECRET).verify<number>("1", { acme: signature }).data).toBe(1);
});

it("signatures are compared in constant time", () => {
  const compare = vi.spyOn(bytes, "equalInConstantTime");
  new Webhook("yativo", SECRET).verify("{}", { "x-webhook-signature": hex("{}") });
  expect(compare).toHaveBeenCalledOnce();
  compare.mockRestore();
});

it("secrets are not shown when a webhook is printed", async () => {
  const { inspect } = await import("node:util");
  const webhook = new Webhook("yativo", SECRET);
  expect(inspect(webhook, { depth: 9, showHidden: true }) + JSON.stringify(webhook)).not.toContain("MfKQ");
});
