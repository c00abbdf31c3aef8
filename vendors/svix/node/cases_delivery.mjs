// Messages and attempts, and what a receiver gets: verified with the library's own Webhook.
import assert from "node:assert/strict";
import { refused, secret } from "./cases_api.mjs";
import { eventually, walk } from "./support.mjs";

const APP = "delivery";
const HOUR_MS = 3_600_000;

export async function delivery(context) {
  const { svix, receiver } = context;
  await svix.application.create({ name: "Delivery", uid: APP });
  context.secret = secret();
  const types = (names) => (context.isFirstMajor ? { filterTypes: names } : { eventTypes: names });
  context.shop = await svix.endpoint.create(APP, { url: `${receiver.url}/shop`, uid: "shop", secret: context.secret, ...types(["user.signup", "user.left"]) });
  context.broken = await svix.endpoint.create(APP, { url: `${receiver.url}/fail`, uid: "broken", ...types(["invoice.paid"]) });
  await messages(context);
  await verification(context);
  await attempts(context);
  await examples(context);
  await recovery(context);
}

/// The second major version leaves contents out unless asked for.
const full = { withContent: true };
const send = ({ svix }, more) => svix.message.create(APP, { eventType: "user.signup", payload: { n: 1 }, ...more }, full);

async function messages(context) {
  const { cases, svix, receiver } = context;
  await cases.run("message.create", async () => {
    const made = await send(context, { eventId: "evt-1", payload: { email: "a@example.com", total: 2.5 }, channels: ["eu"] });
    assert.match(made.id, /^msg_/);
    assert.deepEqual([made.eventType, made.eventId, made.channels], ["user.signup", "evt-1", ["eu"]]);
    assert.deepEqual(made.payload, { email: "a@example.com", total: 2.5 });
    const { headers, body } = await receiver.request("/shop", made.id);
    assert.equal(headers["content-type"], "application/json");
    assert.deepEqual(JSON.parse(body), { email: "a@example.com", total: 2.5 });
    context.first = made;
    await refused(context, send(context, { eventId: "evt-1" }), 409, "conflict");
    await refused(context, send(context, { payload: [1] }), 422);
    await refused(context, send(context, { eventType: "no spaces" }), 422);
    await refused(context, svix.message.create("nobody", { eventType: "user.signup", payload: {} }), 404, "not_found");
  });
  await cases.run("message.createWithApplication", async () => {
    const message = { eventType: "user.signup", payload: {}, application: { name: "By message", uid: "by-message" } };
    assert.match((await svix.message.create("by-message", message)).id, /^msg_/);
    assert.equal((await svix.application.get("by-message")).name, "By message");
    await refused(context, svix.message.create("elsewhere", message), 422);
  });
  await cases.run("message.idempotency", async () => {
    const options = { idempotencyKey: "a-message-of-mine" };
    const once = await svix.message.create(APP, { eventType: "user.left", payload: { n: 1 } }, options);
    const again = await svix.message.create(APP, { eventType: "user.left", payload: { n: 1 } }, options);
    assert.equal(again.id, once.id);
  });
  await cases.run("message.messageInRaw", async () => {
    const text = '{ "b":2.50,\n  "a" : "\\u00e9" }';
    const { id } = await svix.message.create(APP, context.messageInRaw("user.signup", text));
    const { headers, body } = await receiver.request("/shop", id);
    assert.equal(body.toString(), text);
    new context.Webhook(context.secret).verify(body, headers);
  });
  await cases.run("message.get", async () => {
    const byId = await svix.message.get(APP, context.first.id, full);
    assert.deepEqual(byId, await svix.message.get(APP, "evt-1", full));
    assert.deepEqual(byId.payload, { email: "a@example.com", total: 2.5 });
    assert.deepEqual((await svix.message.get(APP, "evt-1", { withContent: false })).payload, {});
    await refused(context, svix.message.get(APP, "msg_none"), 404, "not_found");
  });
  await cases.run("message.list", async () => {
    const falling = await walk((options) => svix.message.list(APP, options), 2);
    assert.deepEqual(falling, [...falling].sort().reverse());
    assert.equal(falling.at(-1), context.first.id);
    const ids = async (options) => (await svix.message.list(APP, options)).data.map((one) => one.id);
    assert.deepEqual(await ids({ channel: "eu" }), [context.first.id]);
    assert.equal((await ids({ eventTypes: ["user.left"] })).length, 1);
    assert.deepEqual(await ids({ before: new Date(Date.now() - HOUR_MS) }), []);
    assert.deepEqual(await ids({ after: new Date(Date.now() - HOUR_MS) }), falling);
    await refused(context, svix.message.list(APP, { iterator: "app_wrong" }), 422);
  });
  await cases.run("message.precheck", async () => {
    assert.equal((await svix.message.precheck(APP, { eventType: "user.signup" })).active, true);
    assert.equal((await svix.message.precheck(APP, { eventType: "nobody.wants.it" })).active, false);
  });
  await cases.run("message.expungeContent", async () => {
    const { id } = await send(context, { payload: { secret: "x" } });
    await receiver.request("/shop", id);
    await svix.message.expungeContent(APP, id);
    assert.deepEqual((await svix.message.get(APP, id, full)).payload, { expired: true });
    await refused(context, svix.message.expungeContent(APP, "msg_none"), 404, "not_found");
  });
}

async function verification(context) {
  const { cases, svix, receiver, Webhook, WebhookVerificationError } = context;
  const verify = (key, { headers, body }) => new Webhook(key).verify(body.toString(), headers);
  await cases.run("Webhook.verify", async () => {
    const { id } = await send(context);
    const request = await receiver.request("/shop", id);
    verify(context.secret, request);
    assert.equal(request.headers["svix-id"], id);
    assert.match(request.headers["user-agent"], /^Svix-Webhooks\//);
    const tampered = { ...request, body: Buffer.from(`${request.body} `) };
    assert.throws(() => verify(context.secret, tampered), WebhookVerificationError);
    const otherId = { ...request, headers: { ...request.headers, "svix-id": "msg_other" } };
    assert.throws(() => verify(context.secret, otherId), WebhookVerificationError);
    assert.throws(() => verify(secret(), request), WebhookVerificationError);
  });
  await cases.run("endpoint.rotateSecret", async () => {
    const [old, key] = [context.secret, secret()];
    await svix.endpoint.rotateSecret(APP, "shop", { key });
    assert.equal((await svix.endpoint.getSecret(APP, "shop")).key, key);
    const request = await receiver.request("/shop", (await send(context)).id);
    verify(old, request);
    verify(key, request);
    await svix.endpoint.rotateSecret(APP, "shop", {});
    context.secret = (await svix.endpoint.getSecret(APP, "shop")).key;
    assert.ok(context.secret !== key && context.secret.startsWith("whsec_"));
    await refused(context, svix.endpoint.rotateSecret(APP, "shop", { key: "whsec_short" }), 422);
  });
}

async function attempts(context) {
  const { cases, svix, receiver } = context;
  const { messageAttempt } = svix;
  const listed = (id, options) =>
    eventually(`an attempt of ${id}`, async () => {
      const { data } = await messageAttempt.listByMsg(APP, id, options);
      return data.length > 0 && data;
    });
  await cases.run("messageAttempt.listByMsg", async () => {
    const { id } = await send(context, { eventType: "invoice.paid" });
    const [attempt] = await listed(id, full);
    assert.match(attempt.id, /^atmpt_/);
    assert.deepEqual([attempt.msgId, attempt.endpointId], [id, context.broken.id]);
    assert.equal(attempt.url, `${receiver.url}/fail`);
    assert.deepEqual([attempt.status, attempt.statusText, attempt.triggerType], [2, "fail", 0]);
    assert.deepEqual([attempt.responseStatusCode, attempt.response], [500, "seen"]);
    assert.ok(attempt.responseDurationMs >= 0 && attempt.timestamp instanceof Date);
    context.failed = attempt;
    const count = async (options) => (await messageAttempt.listByMsg(APP, id, options)).data.length;
    assert.equal(await count({ status: 0 }), 0);
    assert.ok((await count({ statusCodeClass: 500 })) > 0);
    assert.equal(await count({ endpointId: context.shop.id }), 0);
    await refused(context, messageAttempt.listByMsg(APP, "msg_none"), 404, "not_found");
  });
  await cases.run("messageAttempt.get", async () => {
    const { msgId, id } = context.failed;
    const again = await messageAttempt.get(APP, msgId, id);
    assert.deepEqual([again.id, again.responseStatusCode], [id, 500]);
    await refused(context, messageAttempt.get(APP, msgId, "atmpt_none"), 404, "not_found");
  });
  await cases.run("messageAttempt.expungeContent", async () => {
    const { msgId, id } = context.failed;
    await messageAttempt.expungeContent(APP, msgId, id);
    assert.equal((await messageAttempt.get(APP, msgId, id)).response, "EXPUNGED");
  });
  await cases.run("messageAttempt.listByEndpoint", async () => {
    const { data } = await messageAttempt.listByEndpoint(APP, "broken");
    assert.ok(data.length > 0 && data.every((one) => one.endpointId === context.broken.id));
    await eventually("every attempt at the shop", async () => {
      const of = await messageAttempt.listByEndpoint(APP, "shop", { limit: 250 });
      return of.data.length === receiver.requests.filter((one) => one.path === "/shop").length;
    });
    const falling = await walk((options) => messageAttempt.listByEndpoint(APP, "shop", options), 3);
    assert.deepEqual(falling, [...falling].sort().reverse());
    const left = await messageAttempt.listByEndpoint(APP, "shop", { eventTypes: ["user.left"], status: 0 });
    assert.equal(left.data.length, 1);
    await refused(context, messageAttempt.listByEndpoint(APP, "ep_none"), 404, "not_found");
  });
  await cases.run("messageAttempt.listAttemptedMessages", async () => {
    const ids = await walk((options) => messageAttempt.listAttemptedMessages(APP, "shop", options), 2);
    assert.ok(ids.includes(context.first.id));
    const { data } = await messageAttempt.listAttemptedMessages(APP, "broken");
    assert.deepEqual([data[0].id, data[0].status, data[0].statusText], [context.failed.msgId, 3, "sending"]);
    assert.ok(data[0].nextAttempt instanceof Date);
  });
  await cases.run("messageAttempt.listAttemptedDestinations", async () => {
    const { data } = await messageAttempt.listAttemptedDestinations(APP, context.failed.msgId);
    assert.deepEqual(data.map((one) => [one.id, one.uid, one.status]), [[context.broken.id, "broken", 2]]);
  });
  await cases.run("messageAttempt.resend", async () => {
    await messageAttempt.resend(APP, context.first.id, "shop");
    const again = await receiver.request("/shop", context.first.id, 2);
    new context.Webhook(context.secret).verify(again.body, again.headers);
    await eventually("a manual attempt", async () => {
      const { data } = await messageAttempt.listByMsg(APP, context.first.id);
      return data.length === 2 && data[0].triggerType === 1;
    });
    await refused(context, messageAttempt.resend(APP, "msg_none", "shop"), 404, "not_found");
  });
}

async function examples(context) {
  const { cases, svix, receiver } = context;
  await cases.run("endpoint.sendExample", async () => {
    const { id } = await svix.endpoint.create(APP, { url: `${receiver.url}/example` });
    const ping = await svix.endpoint.sendExample(APP, id, { eventType: "svix.ping" });
    assert.equal(ping.eventType, "svix.ping");
    assert.deepEqual(JSON.parse((await receiver.request("/example", ping.id)).body), { success: true });
    const sample = await svix.endpoint.sendExample(APP, id, { eventType: "user.signup" });
    assert.deepEqual(JSON.parse((await receiver.request("/example", sample.id)).body), { sample: true });
    assert.ok(!receiver.requests.some((one) => one.path === "/shop" && one.headers["svix-id"] === sample.id));
    await refused(context, svix.endpoint.sendExample(APP, "shop", { eventType: "no.such" }), 404, "not_found");
  });
  await cases.run("endpoint.getStats", async () => {
    const stats = await eventually("the counts", async () => {
      const stats = await svix.endpoint.getStats(APP, "broken");
      return stats.fail > 0 && stats;
    });
    assert.deepEqual([stats.success, stats.pending, stats.sending], [0, 0, 0]);
    const future = { since: new Date(), until: new Date(Date.now() + 48 * HOUR_MS) };
    await refused(context, svix.endpoint.getStats(APP, "shop", future), 400, "invalid_range");
  });
}

async function recovery(context) {
  const { cases, svix, receiver } = context;
  const since = new Date(Date.now() - HOUR_MS);
  await cases.run("endpoint.recover", async () => {
    const { id } = await send(context, { eventType: "invoice.paid" });
    await receiver.request("/fail", id);
    await eventually("a failed attempt", async () => (await svix.messageAttempt.listByMsg(APP, id)).data.length > 0);
    const task = await svix.endpoint.recover(APP, "broken", { since });
    assert.match(task.id, /^qtask_/);
    assert.deepEqual([task.status, task.task], ["running", "endpoint.recover"]);
    await eventually("a manual attempt", async () => {
      const { data } = await svix.messageAttempt.listByMsg(APP, id);
      return data.some((one) => one.triggerType === 1);
    });
    const early = new Date(Date.now() - 15 * 24 * HOUR_MS);
    await refused(context, svix.endpoint.recover(APP, "broken", { since: early }), 422);
    context.task = task;
  });
  await cases.run("backgroundTask.get", async () => {
    const done = await eventually("the end of the task", async () => {
      const task = await svix.backgroundTask.get(context.task.id);
      return task.status === "finished" && task;
    });
    assert.deepEqual([done.id, done.task, typeof done.data], [context.task.id, "endpoint.recover", "object"]);
    await refused(context, svix.backgroundTask.get("qtask_none"), 404, "not_found");
  });
  await cases.run("backgroundTask.list", async () => {
    const { data } = await svix.backgroundTask.list();
    assert.ok(data.some((one) => one.id === context.task.id));
  });
  await cases.run("endpoint.replayMissing", async () => {
    const late = await svix.endpoint.create(APP, { url: `${receiver.url}/late` });
    const task = await svix.endpoint.replayMissing(APP, late.id, { since });
    assert.equal(task.task, "endpoint.replay");
    await receiver.request("/late", context.first.id);
  });
  await cases.run("endpoint.bulkReplay", async () => {
    const task = await svix.endpoint.bulkReplay(APP, "shop", { since });
    assert.equal(task.task, "endpoint.bulk-replay");
    await receiver.request("/shop", context.first.id, 3);
  });
}
