// One receiver for each library, as its own documentation shows it: the library verifies, parses and dispatches.
// An accepted event's `message` is its type as the library understood it.
import { createServer } from "node:http";
import { parse as parseForm } from "node:querystring";
import { Webhooks, createNodeMiddleware } from "@octokit/webhooks";
import { shopifyApi, ApiVersion, DeliveryMethod, LogSeverity } from "@shopify/shopify-api";
import "@shopify/shopify-api/adapters/node";
import bolt from "@slack/bolt";
import { UsersS2SAuthClient, HttpReceiver, LogLevel } from "@zoom/rivet/users";
import { HTTP } from "cloudevents";
import { WebhooksHelper } from "square";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";
import twilio from "twilio";
import { behind } from "./behind.mjs";

const accepted = (message) => ({ status: 200, message: String(message) });
const refused = (message) => ({ status: 401, message });

/** The types that the last event of each library server was dispatched as. */
const dispatched = new Map();
const heard = (key, type) => dispatched.set(key, type);
const named = (key, answer, refusal) => {
  const type = dispatched.get(key);
  dispatched.delete(key);
  const message = answer.status === 200 ? String(type ?? answer.text) : (refusal ?? answer.text);
  return { ...answer, message };
};

/** A server of a library for one path and secret; requests go through it one at a time. */
const turns = new Map();
async function served(webhook, start) {
  const key = `${webhook.library} ${webhook.path} ${webhook.secret}`;
  const before = turns.get(key) ?? Promise.resolve();
  const turn = before.then(async () => named(key, await behind(key, () => start(key), webhook)));
  turns.set(key, turn.catch(() => {}));
  return turn;
}

function listening(handler) {
  return new Promise((resolve) => {
    const server = createServer(handler).listen(0, "127.0.0.1", () => resolve(server));
  });
}

const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => "error", setName() {} };

async function octokit(webhook) {
  return served(webhook, (key) => {
    const webhooks = new Webhooks({ secret: webhook.secret, log: quiet });
    webhooks.onAny(({ name }) => heard(key, name));
    return listening(createNodeMiddleware(webhooks, { path: webhook.path, log: quiet }));
  });
}

async function slackBolt(webhook) {
  return served(webhook, async (key) => {
    const app = new bolt.App({
      signingSecret: webhook.secret,
      endpoints: [webhook.path],
      logger: quiet,
      authorize: async () => ({ botToken: "xoxb-of-a-test", botId: "B1", botUserId: "U1" }),
    });
    app.event(/.*/, async ({ event }) => heard(key, event.type));
    app.error(async (error) => heard(key, `error: ${error}`));
    return app.start(0);
  });
}

async function rivet(webhook) {
  return served(webhook, async (key) => {
    const receiver = new HttpReceiver({
      endpoints: [webhook.path],
      webhooksSecretToken: webhook.secret,
      port: 0,
      logLevel: LogLevel.ERROR,
    });
    const client = new UsersS2SAuthClient({ accountId: "a", clientId: "id", clientSecret: "secret", receiver });
    for (const type of ["user.created", "webhook.test"]) {
      client.webEventConsumer.event(type, (event) => heard(key, event.event));
    }
    return client.start();
  });
}

async function shopify({ secret, body, request, headers }) {
  const api = shopifyApi({
    apiKey: "key",
    apiSecretKey: secret,
    apiVersion: Object.values(ApiVersion).at(-1),
    hostName: "receiver.test",
    isEmbeddedApp: false,
    logger: { level: LogSeverity.Error, log: () => {} },
  });
  let type;
  const callback = async (topic) => (type = topic);
  const topic = headers["x-shopify-topic"] ?? "";
  if (/^(orders\/|webhook)/.test(topic)) {
    api.webhooks.addHandlers({ [topic]: { deliveryMethod: DeliveryMethod.Http, callbackUrl: "/", callback } });
  }
  // The library answers through the response, or throws with the status that it would answer.
  let status;
  const rawResponse = {
    writeHead: (code) => (status = code),
    setHeader() {},
    write() {},
    end() {},
  };
  await api.webhooks.process({ rawBody: body.toString(), rawRequest: request, rawResponse });
  return { status: status ?? 200, message: type ? topic : "no handler was called" };
}

function stripe({ secret, body, headers }) {
  const event = new Stripe("sk_test_1").webhooks.constructEvent(body, headers["stripe-signature"], secret);
  return accepted(event.type);
}

async function square({ secret, url, body, headers }) {
  const requestBody = body.toString();
  const signatureHeader = headers["x-square-hmacsha256-signature"];
  const genuine = await WebhooksHelper.verifySignature({
    requestBody,
    signatureHeader,
    signatureKey: secret,
    notificationUrl: url,
  });
  return genuine ? accepted(JSON.parse(requestBody).type) : refused("not genuine");
}

function twilioRequest({ secret, url, body, headers }) {
  const signature = headers["x-twilio-signature"];
  const genuine = twilio.validateRequest(secret, signature, url, { ...parseForm(body.toString()) });
  return genuine ? accepted("") : refused("not genuine");
}

/** The SDK reads events; who may send them is for the handshake and the token, as the web hook specification says. */
function cloudEvents({ method, secret, headers, body }) {
  const origin = headers["webhook-request-origin"];
  if (method === "OPTIONS" && origin) return { ...accepted("handshake"), headers: { "WebHook-Allowed-Origin": origin } };
  if (headers.authorization !== `Bearer ${secret}`) return refused("another token");
  const event = HTTP.toEvent({ headers, body: body.toString() });
  event.validate();
  return accepted(event.type);
}

function standard({ secret, headers, body }) {
  return accepted(new StandardWebhook(secret).verify(body, headers).type ?? "");
}

function svix({ secret, headers, body }) {
  return accepted(new SvixWebhook(secret).verify(body, headers).type ?? "");
}

/** Nuncio's own, for what the other libraries sign. */
async function nuncio({ secret, url, dialect, headers, body }) {
  const { Webhook } = await import("../../sdks/node/webhooks/dist/esm/index.js");
  return accepted(new Webhook(dialect, secret).verify(body, headers, { url }).type ?? "");
}

export const receivers = {
  nuncio,
  stripe,
  "@octokit/webhooks": octokit,
  "@shopify/shopify-api": shopify,
  "@slack/bolt": slackBolt,
  square,
  twilio: twilioRequest,
  "@zoom/rivet": rivet,
  cloudevents: cloudEvents,
  standardwebhooks: standard,
  svix,
};
