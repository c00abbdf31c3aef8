// Events as AWS hands them to a function, of each source.
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Webhook } from "../src/index.js";
import { type LambdaEvent, webhookHandler } from "../src/lambda.js";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY = '{"type":"risk.created","timestamp":"2026-04-26T12:34:56Z","data":{"name":"Zoë"}}';
const now = 1_777_206_896_123;

function standard(body: string): Record<string, string> {
  const [id, seconds] = ["evt_1", String(Math.floor(now / 1000))];
  const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": `v1,${signature}` };
}

const renamed = (headers: Record<string, string>, rename: (name: string) => string) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [rename(name), value]));
const titled = renamed(standard(BODY), (name) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()));
const lists = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

async function answerTo(event: LambdaEvent, dialect = "standard", url?: string) {
  const seen: (string | null)[] = [];
  const webhook = new Webhook(dialect, SECRET, { now: () => now });
  const handler = webhookHandler(webhook, (taken) => seen.push(taken.type), url === undefined ? {} : { url });
  return { ...(await handler(event)), seen };
}

const accepted = { statusCode: 204, headers: {}, body: "", seen: ["risk.created"] };
const base64 = Buffer.from(BODY).toString("base64");

describe("a genuine event is handed on", () => {
  it.each<[string, LambdaEvent]>([
    ["REST API", { httpMethod: "POST", path: "/in", headers: titled, multiValueHeaders: lists(titled), body: BODY, isBase64Encoded: false }],
    ["REST API, base64", { httpMethod: "POST", path: "/in", headers: titled, multiValueHeaders: lists(titled), body: base64, isBase64Encoded: true }],
    ["HTTP API", { requestContext: { http: { method: "POST" } }, rawPath: "/in", rawQueryString: "", headers: standard(BODY), body: BODY }],
    ["function URL, base64", { requestContext: { http: { method: "POST" } }, rawPath: "/", headers: standard(BODY), body: base64, isBase64Encoded: true }],
    ["load balancer with lists", { httpMethod: "POST", path: "/in", multiValueHeaders: lists(standard(BODY)), body: BODY, isBase64Encoded: false }],
    ["nulls, as consoles send them", { httpMethod: "POST", path: "/in", headers: titled, multiValueHeaders: null, queryStringParameters: null, body: BODY }],
  ])("%s", async (_, event) => {
    expect(await answerTo(event)).toEqual(accepted);
  });
});

it("a header that came twice is refused, although the map of single values hides it", async () => {
  const twice = { ...lists(titled), "Webhook-Signature": ["v1,AAAA", titled["Webhook-Signature"]!] };
  const answer = await answerTo({ httpMethod: "POST", headers: titled, multiValueHeaders: twice, body: BODY });
  expect([answer.statusCode, answer.seen]).toEqual([401, []]);
});

it("what is not genuine, empty, or no base64 is refused", async () => {
  const post = { httpMethod: "POST", headers: standard(BODY) };
  expect((await answerTo({ ...post, body: `${BODY} ` })).statusCode).toBe(401);
  expect((await answerTo({ ...post, body: null })).statusCode).toBe(401);
  expect((await answerTo({ ...post, body: "%%%%", isBase64Encoded: true })).statusCode).toBe(400);
  expect((await answerTo({ ...post, body: "a".repeat(4 * 1024 * 1024 + 1) })).statusCode).toBe(413);
  expect((await answerTo({ httpMethod: "GET", headers: {} })).statusCode).toBe(405);
});

it("an OPTIONS request of a dialect that asks with one is answered", async () => {
  const event = { requestContext: { http: { method: "OPTIONS" } }, headers: { "WebHook-Request-Origin": "example.com" } };
  const answer = await answerTo(event, "cloudevents");
  expect([answer.statusCode, answer.headers["webhook-allowed-origin"]]).toEqual([204, "example.com"]);
});

it("a signed URL is the one that was sent, else the one that is given", async () => {
  const url = "https://hooks.example.com/in/a%20b?b=2&a=%2F";
  const signature = createHmac("sha256", SECRET).update(url + BODY).digest("base64");
  const headers = { Host: "hooks.example.com", "X-Square-HmacSha256-Signature": signature };
  const http = { requestContext: { http: { method: "POST" } }, rawPath: "/in/a%20b", rawQueryString: "b=2&a=%2F", headers, body: BODY };
  expect(await answerTo(http, "square")).toEqual(accepted);
  // A REST API has the query only parsed.
  const rest = { httpMethod: "POST", path: "/in/a b", queryStringParameters: { b: "2", a: "/" }, headers, body: BODY };
  expect((await answerTo(rest, "square")).statusCode).toBe(500);
  expect(await answerTo(rest, "square", url)).toEqual(accepted);
});
