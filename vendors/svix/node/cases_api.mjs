// Applications, event types, endpoints, tokens: what a server keeps.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { walk } from "./support.mjs";

/// Rejects as the library's own exception with this status and, where one is named, this code.
export async function refused({ ApiException }, promise, status, code) {
  const error = await promise.then(
    (answer) => assert.fail(`answered ${JSON.stringify(answer)}`),
    (error) => error,
  );
  assert.ok(error instanceof ApiException, `${error?.name}: ${error?.message}`);
  assert.equal(error.code, status);
  if (status === 422) {
    assert.ok(Array.isArray(error.body.detail), "a 422 lists what is wrong");
    for (const item of error.body.detail) {
      assert.ok(Array.isArray(item.loc) && typeof item.msg === "string" && typeof item.type === "string");
    }
  }
  if (code) assert.equal(error.body.code, code);
  return error;
}

export const secret = () => `whsec_${randomBytes(24).toString("base64")}`;

/// What the second major version calls `eventTypes` and `throttleRate` is `filterTypes` and `rateLimit` in the first.
const filter = (context, types) => (context.isFirstMajor ? { filterTypes: types } : { eventTypes: types });
const filtered = (endpoint) => endpoint.eventTypes ?? endpoint.filterTypes ?? null;

export async function api(context) {
  await health(context);
  await eventTypes(context);
  await applications(context);
  await endpoints(context);
  await tokens(context);
}

async function health({ cases, svix }) {
  await cases.run("health.get", async () => {
    await svix.health.get();
  });
}

async function eventTypes(context) {
  const { cases, svix } = context;
  const types = svix.eventType;
  await cases.run("eventType.create", async () => {
    const schemas = { 1: { type: "object", examples: [{ sample: true }] } };
    const made = await types.create({ name: "user.signup", description: "Somebody signed up", schemas });
    assert.equal(made.name, "user.signup");
    assert.equal(made.description, "Somebody signed up");
    assert.deepEqual([made.archived, made.deprecated], [false, false]);
    assert.deepEqual(made.schemas, schemas);
    assert.ok(made.createdAt instanceof Date && !Number.isNaN(made.createdAt.getTime()));
    for (const name of ["user.left", "a..b", "invoice.paid", "z-last_1"]) await types.create({ name, description: "" });
    await refused(context, types.create({ name: "user.signup", description: "" }), 409, "event_type_exists");
    await refused(context, types.create({ name: "no spaces", description: "" }), 422);
    await refused(context, types.create({ name: "bad.schema", description: "", schemas: { 1: { type: 7 } } }), 422);
  });
  await cases.run("eventType.get", async () => {
    assert.equal((await types.get("user.signup")).description, "Somebody signed up");
    await refused(context, types.get("no.such"), 404, "not_found");
  });
  await cases.run("eventType.list", async () => {
    const names = await walk((options) => types.list(options), 2, "name");
    assert.deepEqual(names, ["a..b", "invoice.paid", "user.left", "user.signup", "z-last_1"]);
    const plain = await types.list();
    assert.equal(plain.done, true);
    assert.ok(plain.data.every((type) => !type.schemas));
    const full = await types.list({ withContent: true });
    assert.ok(full.data.find((type) => type.name === "user.signup").schemas["1"]);
    await refused(context, types.list({ limit: 251 }), 422);
  });
  await cases.run("eventType.update", async () => {
    const update = (types.upsert ?? types.update).bind(types);
    const changed = await update("user.left", { description: "Gone", deprecated: true });
    assert.deepEqual([changed.name, changed.description, changed.deprecated], ["user.left", "Gone", true]);
    assert.equal((await update("made.by.put", { description: "new" })).name, "made.by.put");
  });
  await cases.run("eventType.patch", async () => {
    const changed = await types.patch("user.left", { deprecated: false });
    assert.deepEqual([changed.description, changed.deprecated], ["Gone", false]);
    await refused(context, types.patch("no.such", { description: "x" }), 404, "not_found");
  });
  await cases.run("eventType.delete", async () => {
    await types.delete("made.by.put");
    assert.equal((await types.get("made.by.put")).archived, true);
    const names = async (options) => (await types.list(options)).data.map((type) => type.name);
    assert.ok(!(await names()).includes("made.by.put"));
    assert.ok((await names({ includeArchived: true })).includes("made.by.put"));
    assert.equal((await types.create({ name: "made.by.put", description: "again" })).archived, false);
    await types.delete("made.by.put", { expunge: true });
    await refused(context, types.get("made.by.put"), 404, "not_found");
  });
  await cases.run("eventType.importOpenapi", async () => {
    const operation = { description: "Imported", responses: {}, requestBody: { content: { "application/json": { schema: { type: "object" } } } } };
    const spec = { openapi: "3.1.0", info: { title: "t", version: "1" }, webhooks: { "pet.new": { post: operation } } };
    const answer = await types.importOpenapi({ spec });
    assert.deepEqual(answer.data.modified, ["pet.new"]);
    assert.equal((await types.get("pet.new")).description, "Imported");
  });
}

async function applications(context) {
  const { cases, svix } = context;
  const apps = svix.application;
  await cases.run("application.create", async () => {
    const made = await apps.create({ name: "Acme", uid: "acme", metadata: { plan: "pro" } });
    assert.match(made.id, /^app_/);
    assert.deepEqual([made.name, made.uid, made.metadata], ["Acme", "acme", { plan: "pro" }]);
    assert.ok(made.updatedAt instanceof Date);
    await refused(context, apps.create({ name: "Other", uid: "acme" }), 409, "conflict");
    await refused(context, apps.create({ name: "" }), 422);
    await refused(context, apps.create({ name: "Bad", uid: "with space" }), 422);
  });
  await cases.run("application.getOrCreate", async () => {
    const first = await apps.get("acme");
    const same = await apps.getOrCreate({ name: "Not this name", uid: "acme" });
    assert.deepEqual([same.id, same.name], [first.id, "Acme"]);
    assert.equal((await apps.getOrCreate({ name: "Second", uid: "second" })).uid, "second");
  });
  await cases.run("application.get", async () => {
    const byUid = await apps.get("acme");
    assert.equal((await apps.get(byUid.id)).uid, "acme");
    await refused(context, apps.get("nobody"), 404, "not_found");
  });
  await cases.run("application.idempotency", async () => {
    const once = await apps.create({ name: "Once" }, { idempotencyKey: "the-same-key" });
    const again = await apps.create({ name: "Another body" }, { idempotencyKey: "the-same-key" });
    assert.deepEqual([again.id, again.name], [once.id, "Once"]);
  });
  await cases.run("application.list", async () => {
    for (const n of [1, 2, 3]) await apps.create({ name: `Listed ${n}` });
    const rising = await walk((options) => apps.list(options), 2);
    assert.equal(rising.length, 6);
    const falling = await walk((options) => apps.list({ ...options, order: "descending" }), 4);
    assert.deepEqual(falling, rising.toReversed?.() ?? [...rising].reverse());
    await refused(context, apps.list({ iterator: "ep_wrong" }), 422);
  });
  await cases.run("application.update", async () => {
    const update = (apps.upsert ?? apps.update).bind(apps);
    const changed = await update("second", { name: "Renamed" });
    assert.equal(changed.name, "Renamed");
    assert.ok(!changed.uid, "what is not named is cleared");
    const made = await update("not-there-yet", { name: "Put" });
    assert.match(made.id, /^app_/);
    context.put = made.id;
    await refused(context, update(made.id, { name: "Put", uid: "acme" }), 409, "conflict");
  });
  await cases.run("application.patch", async () => {
    const changed = await apps.patch("acme", { name: "Acme Inc." });
    assert.deepEqual([changed.name, changed.uid, changed.metadata], ["Acme Inc.", "acme", { plan: "pro" }]);
    assert.equal((await apps.patch(context.put, { uid: "put" })).uid, "put");
    assert.ok(!(await apps.patch(context.put, { uid: null })).uid);
    await refused(context, apps.patch("nobody", { name: "x" }), 404, "not_found");
  });
  await cases.run("application.delete", async () => {
    await apps.create({ name: "Short", uid: "short-lived" });
    await apps.delete("short-lived");
    await refused(context, apps.get("short-lived"), 404, "not_found");
    assert.equal((await apps.create({ name: "Again", uid: "short-lived" })).uid, "short-lived");
  });
}

async function endpoints(context) {
  const { cases, svix } = context;
  const all = svix.endpoint;
  const app = "acme";
  const url = `${context.receiver.url}/kept`;
  await cases.run("endpoint.create", async () => {
    const own = secret();
    const made = await all.create(app, {
      url, uid: "kept", description: "A shop", secret: own, channels: ["eu"], metadata: { a: "b" }, disabled: true,
      ...filter(context, ["user.signup"]),
    });
    assert.match(made.id, /^ep_/);
    assert.deepEqual([made.url, made.uid, made.description, made.disabled], [url, "kept", "A shop", true]);
    assert.deepEqual([filtered(made), made.channels, made.metadata], [["user.signup"], ["eu"], { a: "b" }]);
    if (context.isFirstMajor) assert.equal(made.version, 1);
    assert.equal((await all.getSecret(app, "kept")).key, own);
    await refused(context, all.create(app, { url, uid: "kept" }), 409, "conflict");
    await refused(context, all.create(app, { url, ...filter(context, ["no.such"]) }), 422);
    await refused(context, all.create(app, { url, ...filter(context, []) }), 422);
    await refused(context, all.create(app, { url: "ftp://example.com" }), 422);
    await refused(context, all.create(app, { url, secret: "whsec_c2hvcnQ=" }), 422);
    await refused(context, all.create("nobody", { url }), 404, "not_found");
  });
  await cases.run("endpoint.get", async () => {
    const made = await all.get(app, "kept");
    assert.equal((await all.get(app, made.id)).uid, "kept");
    await refused(context, all.get(app, "ep_none"), 404, "not_found");
  });
  await cases.run("endpoint.list", async () => {
    for (const n of [1, 2, 3, 4]) await all.create(app, { url: `${url}/${n}`, disabled: true });
    const falling = await walk((options) => all.list(app, options), 2);
    assert.equal(falling.length, 5);
    const rising = await walk((options) => all.list(app, { ...options, order: "ascending" }), 3);
    assert.deepEqual(rising, [...falling].reverse());
  });
  await cases.run("endpoint.update", async () => {
    const update = (all.upsert ?? all.update).bind(all);
    const before = await all.getSecret(app, "kept");
    const changed = await update(app, "kept", { url: `${url}/moved`, uid: "kept", disabled: true });
    assert.deepEqual([changed.url, changed.description, filtered(changed), changed.channels ?? null], [`${url}/moved`, "", null, null]);
    assert.deepEqual(await all.getSecret(app, "kept"), before);
    assert.match((await update(app, "unknown", { url, disabled: true })).id, /^ep_/);
  });
  await cases.run("endpoint.patch", async () => {
    const changed = await all.patch(app, "kept", { description: "Moved", channels: ["us"] });
    assert.deepEqual([changed.url, changed.description, changed.channels], [`${url}/moved`, "Moved", ["us"]]);
    assert.equal((await all.patch(app, "kept", { channels: null })).channels ?? null, null);
    await refused(context, all.patch(app, "ep_none", { description: "x" }), 404, "not_found");
  });
  await cases.run("endpoint.getSecret", async () => {
    const made = await all.create(app, { url, uid: "own-secret", disabled: true });
    assert.match((await all.getSecret(app, made.id)).key, /^whsec_[A-Za-z0-9+/]+=*$/);
    await refused(context, all.getSecret(app, "ep_none"), 404, "not_found");
  });
  await cases.run("endpoint.updateHeaders", async () => {
    const set = (all.setHeaders ?? all.updateHeaders).bind(all);
    await set(app, "kept", { headers: { "X-Shop": "one", Authorization: "Bearer abc" } });
    await refused(context, set(app, "kept", { headers: { "content-type": "text/plain" } }), 422);
    await refused(context, set(app, "kept", { headers: { "svix-id": "mine" } }), 422);
  });
  await cases.run("endpoint.getHeaders", async () => {
    const { headers, sensitive } = await all.getHeaders(app, "kept");
    assert.equal(headers["X-Shop"], "one");
    assert.ok(!Object.values(headers).includes("Bearer abc"), "a sensitive value is not shown");
    assert.deepEqual(sensitive.map((name) => name.toLowerCase()), ["authorization"]);
  });
  await cases.run("endpoint.patchHeaders", async () => {
    await all.patchHeaders(app, "kept", { headers: { "X-More": "two" } });
    assert.deepEqual((await all.getHeaders(app, "kept")).headers, { "X-Shop": "one", "X-More": "two" });
    await all.patchHeaders(app, "kept", { headers: { "X-Shop": null } });
    assert.deepEqual((await all.getHeaders(app, "kept")).headers, { "X-More": "two" });
  });
  await cases.run("endpoint.delete", async () => {
    await all.delete(app, "kept");
    await refused(context, all.get(app, "kept"), 404, "not_found");
    await refused(context, all.delete(app, "kept"), 404, "not_found");
  });
}

async function tokens(context) {
  const { cases, svix } = context;
  await cases.run("authentication.token", async () => {
    await refused(context, context.as("not.a.token").application.list(), 401, "authentication_failed");
    const forged = process.env.SVIX_TOKEN.replace(/.{6}$/, (end) => [...end].reverse().join(""));
    await refused(context, context.as(forged).application.list(), 401, "authentication_failed");
  });
  await cases.run("authentication.appPortalAccess", async () => {
    const { url, token } = await svix.authentication.appPortalAccess("acme", {});
    assert.ok(url);
    const customer = context.as(token);
    assert.equal((await customer.application.get("acme")).name, "Acme Inc.");
    assert.ok((await customer.endpoint.list("acme")).data.length > 0);
    await refused(context, customer.application.list(), 403);
    await refused(context, customer.message.create("acme", { eventType: "user.signup", payload: {} }), 403);
    await refused(context, customer.endpoint.list("short-lived"), 404, "not_found");
    await refused(context, svix.authentication.appPortalAccess("nobody", {}), 404, "not_found");
    context.customer = customer;
  });
  if (svix.authentication.dashboardAccess) {
    await cases.run("authentication.dashboardAccess", async () => {
      assert.ok((await svix.authentication.dashboardAccess("acme")).token);
    });
  }
  await cases.run("authentication.logout", async () => {
    await refused(context, context.customer.authentication.logout(), 501);
  });
  await cases.run("authentication.expireAll", async () => {
    await svix.authentication.expireAll("acme", {});
    await refused(context, context.customer.application.get("acme"), 401, "authentication_failed");
  });
  await cases.run("statistics.aggregateEventTypes", async () => {
    // An operation of Svix's cloud alone: the library must get an answer that it can read.
    await refused(context, svix.statistics.aggregateEventTypes(), 404, "not_found");
  });
}
