// What a library can sign by itself: the headers that it would send with a body.
import { createRequire } from "node:module";
import { Webhooks } from "@octokit/webhooks";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";
import twilio from "twilio";
import { parse as parseForm } from "node:querystring";

const { getExpectedTwilioSignature } = createRequire(import.meta.url)("twilio/lib/webhooks/webhooks");
const at = (timestamp_s) => new Date(timestamp_s * 1000);

export const signers = {
  stripe: ({ secret, timestamp_s, body }) => ({
    "Stripe-Signature": new Stripe("sk_test_1").webhooks.generateTestHeaderString({
      payload: body,
      secret,
      timestamp: timestamp_s,
    }),
  }),
  "@octokit/webhooks": async ({ secret, body }) => ({
    "X-Hub-Signature-256": await new Webhooks({ secret }).sign(body),
  }),
  twilio: ({ secret, url, body }) => ({
    "X-Twilio-Signature": getExpectedTwilioSignature(secret, url, { ...parseForm(body) }),
  }),
  standardwebhooks: ({ secret, id, timestamp_s, body }) => ({
    "webhook-id": id,
    "webhook-timestamp": String(timestamp_s),
    "webhook-signature": new StandardWebhook(secret).sign(id, at(timestamp_s), body),
  }),
  svix: ({ secret, id, timestamp_s, body }) => ({
    "svix-id": id,
    "svix-timestamp": String(timestamp_s),
    "svix-signature": new SvixWebhook(secret).sign(id, at(timestamp_s), body),
  }),
};
