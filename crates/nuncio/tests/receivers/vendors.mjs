// The receivers that five vendors publish for Node, coded by hand from their documentation.
//
// usage: node vendors.mjs CERT KEY CONTROL
//
// Serves HTTPS on a free port of 127.0.0.1, prints `ready PORT`, then one JSON line for each request. CONTROL is
// a JSON file that is read anew for every request: {"secrets": {PATH: SECRET}, "now_ms": null or the time to
// believe in}. A path is the vendor's name; below it, `/flaky` answers 500 to the first request with each body.
// Ends when its standard input does, so that it never outlives the test.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";

const [certFile, keyFile, controlFile] = process.argv.slice(2);

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function hmacHex(secret, ...parts) {
  const hmac = createHmac("sha256", secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

function sameText(given, expected) {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function verifyWebhookSignature({ body, signature, timestamp, secret, nowMs }) {
  if (!/^\d+$/.test(timestamp)) return false;
  if (Math.abs(nowMs - Number(timestamp)) > 5 * 60 * 1000) return false;
  return sameText(signature, `sha256=${hmacHex(secret, `${timestamp}.${body}`)}`);
}

class InvioletWebhooks {
  constructor(secret, nowMs) {
    this.secret = secret;
    this.nowMs = nowMs;
  }

  // Takes a Fetch-API Request, as in a Next.js or Hono handler.
  async constructEvent(request) {
    const signature = request.headers.get("inviolet-signature");
    const timestamp = request.headers.get("inviolet-timestamp");
    const body = await request.text();
    if (!signature || !timestamp) throw new Refusal(401, "missing signature headers");
    const { secret, nowMs } = this;
    if (!verifyWebhookSignature({ body, signature, timestamp, secret, nowMs })) {
      throw new Refusal(401, "invalid signature");
    }
    return JSON.parse(body);
  }
}

const vendors = {
  async inviolet({ headers, body, secret, nowMs }) {
    const request = new Request("https://receiver.test/", { method: "POST", headers, body });
    const event = await new InvioletWebhooks(secret, nowMs).constructEvent(request);
    if (event.event !== headers["inviolet-event"]) throw new Refusal(422, "event header differs");
  },

  deiterate({ headers, body, secret }) {
    const signature = headers["x-deiterate-signature"] ?? "";
    if (!sameText(signature, hmacHex(secret, body))) throw new Refusal(401, "Invalid signature");
  },

  // Express with the raw body.
  ventryx({ headers, body, secret }) {
    const signature = headers["ventryx-signature"] ?? "";
    if (!sameText(signature, `sha256=${hmacHex(secret, body)}`)) {
      throw new Refusal(401, "Invalid signature");
    }
    const event = JSON.parse(body.toString("utf8"));
    if (event.type !== headers["ventryx-event"]) throw new Refusal(422, "event header differs");
  },

  yativo({ headers, body, secret }) {
    const signature = headers["x-webhook-signature"];
    if (!signature || body.length === 0) throw new Refusal(400, "Missing signature or body");
    if (!sameText(signature, hmacHex(secret, body))) throw new Refusal(401, "Invalid signature");
  },

  // Express with express.json(): what is signed is not what came but what JavaScript writes for it.
  grantiva({ headers, body, secret }) {
    const signature = headers["x-grantiva-signature"];
    if (!signature || body.length === 0) throw new Refusal(401, "Invalid signature");
    let parsed;
    try {
      parsed = JSON.parse(body.toString("utf8"));
    } catch {
      throw new Refusal(400, "invalid JSON");
    }
    const expected = `sha256=${hmacHex(secret, JSON.stringify(parsed))}`;
    if (!sameText(signature, expected)) throw new Refusal(401, "Invalid signature");
  },
};

const failedOnce = new Set();

function failsFirst(path, body) {
  if (!path.endsWith("/flaky")) return false;
  const key = path + createHash("sha256").update(body).digest("hex");
  if (failedOnce.has(key)) return false;
  failedOnce.add(key);
  return true;
}

async function judge(path, headers, body) {
  if (failsFirst(path, body)) return { status: 500, message: "try again" };
  const control = JSON.parse(readFileSync(controlFile, "utf8"));
  const verify = vendors[path.split("/")[1]];
  const secret = control.secrets[path];
  if (!verify || !secret) return { status: 404, message: `no receiver at ${path}` };
  try {
    await verify({ headers, body, secret, nowMs: control.now_ms ?? Date.now() });
    return { status: 200, message: "ok" };
  } catch (error) {
    if (!(error instanceof Refusal)) return { status: 500, message: String(error) };
    return { status: error.status, message: error.message };
  }
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const server = createServer(
  { cert: readFileSync(certFile), key: readFileSync(keyFile) },
  async (request, response) => {
    const body = await readBody(request);
    const { status, message } = await judge(request.url, request.headers, body);
    const line = {
      path: request.url,
      status,
      message,
      headers: request.headers,
      body: body.toString("base64"),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    response.writeHead(status, { "Content-Type": "text/plain" });
    response.end(message);
  },
);
server.listen(0, "127.0.0.1", () => process.stdout.write(`ready ${server.address().port}\n`));
process.stdin.on("end", () => process.exit(0)).resume();
