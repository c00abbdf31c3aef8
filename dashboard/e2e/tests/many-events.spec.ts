// What is done with many events at once: a broadcast to tenants, a replay of a period.
import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import type { List } from "../harness/api.js";
import { openPortal } from "../harness/portal.js";
import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

const jobIn = (page: Page) => new URL(page.url()).searchParams.get("job");

test("an event is broadcast to the tenants with some metadata, and its progress is still there after a reload", async ({ page, world }) => {
  const project = await world.project("Broadcast");
  for (const [tenant, region] of [["acme", "eu"], ["beta", "us"], ["gamma", "eu"]] as const) {
    await project.api.put(`/v1/tenants/${tenant}`, { metadata: { region } });
    await project.endpoint(tenant, `ok/broadcast-${tenant}`);
  }
  await page.goto(`/p/${project.id}/events`);
  await page.getByRole("link", { name: "Broadcast" }).click();
  await page.getByRole("button", { name: "Broadcast…" }).click();
  await expect(page.getByText("Enter an event type, such as order.paid")).toBeVisible();
  await page.getByRole("combobox", { name: "Event type" }).or(page.getByRole("textbox", { name: "Event type" })).first().fill("news.posted");
  await page.getByRole("textbox", { name: "Payload" }).fill('{"n": 7}');
  await page.getByLabel("Tenants with certain metadata").check();
  await page.getByRole("textbox", { name: "Metadata of the tenants" }).fill('{"region": "eu"}');
  await page.getByRole("button", { name: "Channels, headers, metadata and retention" }).click();
  await page.getByRole("textbox", { name: "Headers" }).fill('{"X-Campaign": "spring"}');
  await page.getByRole("button", { name: "Broadcast…" }).click();
  const question = page.getByRole("dialog", { name: "Start the broadcast?" });
  await expect(question).toContainText('the tenants whose metadata has {"region": "eu"}');
  await expectAccessible(page, "the question before a broadcast");
  await question.getByRole("button", { name: "Start broadcast" }).click();
  const progress = page.getByRole("region", { name: "Progress" });
  await expect(progress.getByRole("status")).toContainText("Publishing to tenants: done");
  await expect(progress).toContainText("2 of 2");
  await page.reload();
  await expect(progress.getByRole("status")).toContainText("Publishing to tenants: done");
  const { data } = await project.api.get<List<{ tenant: string }>>("/v1/events?type=news.posted");
  expect(data.map(({ tenant }) => tenant).sort()).toEqual(["acme", "gamma"]);
  await expect.poll(() => world.receivers.at("ok/broadcast-gamma").length).toBe(1);
  expect(world.receivers.at("ok/broadcast-gamma")[0]?.headers["x-campaign"]).toBe("spring");
  expect(world.receivers.at("ok/broadcast-beta")).toHaveLength(0);
  await page.getByRole("button", { name: "New broadcast" }).click();
  await expect(page.getByRole("textbox", { name: "Payload" })).toHaveValue("");
});

test("what a broadcast may not be is said at its field, and nothing is started", async ({ page, world, watch }) => {
  watch.expects(422, /^\/v1\/events\/broadcast$/);
  const project = await world.project("Refused broadcast");
  await page.goto(`/p/${project.id}/events/~broadcast`);
  await page.getByRole("combobox", { name: "Event type" }).or(page.getByRole("textbox", { name: "Event type" })).first().fill("news.posted");
  await page.getByRole("textbox", { name: "Payload" }).fill('{\n"n": 12345678901234567890\n}');
  await page.getByRole("button", { name: "Broadcast…" }).click();
  const question = page.getByRole("dialog", { name: "Start the broadcast?" });
  await question.getByRole("button", { name: "Start broadcast" }).click();
  await expect(question.getByRole("alert")).toBeVisible();
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText(/Line 2 \/n /)).toBeVisible();
  expect(jobIn(page)).toBeNull();
});

test("a broadcast that goes on can be cancelled", async ({ page, world }) => {
  const project = await world.project("Cancelled broadcast");
  for (let n = 0; n < 400; n++) await project.api.put(`/v1/tenants/t${n}`, {});
  // Some four tenants to a piece: it takes longer than opening a page.
  const { job } = await project.api.post<{ job: string }>("/v1/events/broadcast", { type: "news.posted", data: "x".repeat(1_000_000) });
  await page.goto(`/p/${project.id}/events/~broadcast?job=${job}`);
  await page.getByRole("button", { name: "Cancel job" }).click();
  await expect(page.getByRole("status").filter({ hasText: "cancelled" })).toContainText("What was done before it was cancelled stays.");
  const stopped = await project.api.get<{ state: string; done: number }>(`/v1/jobs/${job}`);
  expect(stopped.state).toBe("cancelled");
  expect(stopped.done).toBeLessThan(400);
  await page.goto(`/p/${project.id}/audit?action=job.cancel`);
  await expect(page.getByRole("table", { name: "Audit log" })).toContainText("Bulk operation cancelled");
});

test("events of a period are counted, then replayed", async ({ page, world }) => {
  const project = await world.project("Replay of a period");
  await project.endpoint("acme", "ok/period-acme");
  await project.endpoint("beta", "ok/period-beta");
  await project.deliver("acme", "order.paid", { n: 1 }, "succeeded");
  await project.deliver("acme", "user.created", { n: 2 }, "succeeded");
  await project.deliver("beta", "order.paid", { n: 3 }, "succeeded");
  await page.goto(`/p/${project.id}/events`);
  await page.getByRole("link", { name: "Replay events" }).click();
  await page.getByRole("button", { name: "Count deliveries" }).click();
  await expect(page.getByRole("status").filter({ hasText: "deliveries will be made" })).toContainText("3 deliveries");
  // Another choice has to be counted anew.
  await page.getByRole("textbox", { name: "Event types" }).fill("order.*");
  await page.getByRole("combobox", { name: "Tenant" }).or(page.getByRole("textbox", { name: "Tenant" })).first().fill("acme");
  await expect(page.getByRole("button", { name: /^Replay / })).toHaveCount(0);
  await page.getByRole("button", { name: "Count deliveries" }).click();
  await expectAccessible(page, "a replay that was counted");
  await page.getByRole("button", { name: "Replay 1 delivery" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Replaying: done" })).toBeVisible();
  await expect.poll(() => world.receivers.at("ok/period-acme").length).toBe(3);
  expect(world.receivers.at("ok/period-acme")[2]?.body).toContain('"n":1');
  expect(world.receivers.at("ok/period-beta")).toHaveLength(1);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page, "a replay on a phone");
});

test("a period without events offers nothing to replay", async ({ page, world }) => {
  const project = await world.project("Nothing to replay");
  await page.goto(`/p/${project.id}/events/~replay`);
  await page.getByRole("button", { name: "Count deliveries" }).click();
  await expect(page.getByText("Nothing was sent in that period.")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Replay / })).toBeDisabled();
});

test("a tenant replays its own events in the portal, and is offered no broadcast", async ({ page, world }) => {
  const project = await world.project("Portal replay");
  await project.endpoint("acme", "ok/portal-replay-acme");
  await project.endpoint("beta", "ok/portal-replay-beta");
  await project.deliver("acme", "order.paid", {}, "succeeded");
  await project.deliver("beta", "order.paid", {}, "succeeded");
  await openPortal(page, project, "acme", "/events");
  await expect(page.getByRole("link", { name: "Broadcast" })).toHaveCount(0);
  await page.getByRole("link", { name: "Replay events" }).click();
  await page.getByRole("button", { name: "Count deliveries" }).click();
  await page.getByRole("button", { name: "Replay 1 delivery" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Replaying: done" })).toBeVisible();
  await expect.poll(() => world.receivers.at("ok/portal-replay-acme").length).toBe(2);
  expect(world.receivers.at("ok/portal-replay-beta")).toHaveLength(1);
});
