import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import { PATIENT_RETRY } from "../harness/project.js";
import { expect, signIn, test } from "../harness/test.js";
import { eventually } from "../harness/wait.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

const rows = (page: Page) => page.getByRole("table", { name: "Events" }).locator("tbody").getByRole("row");

test("an event is found by the publisher's id and by ours", async ({ page, world }) => {
  const project = await world.project("Found");
  await project.endpoint("acme", "ok/found");
  const id = await project.publish("acme", "order.paid", {}, { id: "order-7781" });
  await project.publish("acme", "order.refunded", {});
  await page.goto(`/p/${project.id}/events`);
  await expect(rows(page)).toHaveCount(2);
  const search = page.getByRole("combobox", { name: "Event ID or source ID" });
  await search.fill("order-7781");
  await search.press("Enter");
  await expect(page).toHaveURL(/source_id=order-7781/);
  await expect(rows(page)).toHaveCount(1);
  await search.fill(id);
  await search.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "order.paid" })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/events/${id}$`));
});

test("those that nobody has got yet can be asked for", async ({ page, world }) => {
  const project = await world.project("Undelivered");
  await project.endpoint("acme", "ok/undelivered", { events: ["order.paid"] });
  await project.deliver("acme", "order.paid", {}, "succeeded");
  await project.publish("acme", "nobody.wants", {});
  await page.goto(`/p/${project.id}/events`);
  await expect(rows(page).filter({ hasText: "nobody.wants" })).toContainText("No endpoint");
  await page.getByLabel("Not delivered").check();
  await expect(page).toHaveURL(/undelivered=true/);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("nobody.wants");
});

test("a payload is shown as it was published, digit for digit", async ({ page, world }) => {
  const project = await world.project("Digits");
  const data = '{"big":12345678901234567890,"1":1.0,"a":{"exact":0.10}}';
  const answer = await fetch(`${world.server.baseUrl}/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${world.server.adminKey}`, "nuncio-project": project.id, "content-type": "application/json" },
    body: `{"tenant":"acme","type":"order.paid","data":${data}}`,
  });
  const { id } = (await answer.json()) as { id: string };
  await page.goto(`/p/${project.id}/events/${id}`);
  const payload = page.getByRole("group", { name: "Payload" });
  await expect(payload).toContainText('"big": 12345678901234567890');
  await page.getByRole("button", { name: "As published" }).click();
  await expect(payload).toHaveText(data);
});

test("an event sent by hand reaches the endpoint as it was typed, and its delivery shows up beside it", async ({ page, world }) => {
  const project = await world.project("By hand");
  await project.endpoint("acme", "ok/by-hand", { description: "Billing" });
  await project.api.put("/v1/event-types/order.paid", { description: "Paid", example: { order: "ord_1" } });
  await page.goto(`/p/${project.id}/events`);
  await page.getByRole("button", { name: "Send event" }).click();
  const drawer = page.getByRole("dialog", { name: "Send an event" });
  await expectAccessible(page, "the drawer that sends an event");
  await drawer.getByRole("button", { name: "Send event" }).click();
  await expect(drawer.getByText("Enter the tenant to send it to")).toBeVisible();
  await drawer.getByLabel("Tenant").fill("acme");
  await drawer.getByLabel("Event type").fill("order.paid");
  await expect(drawer.getByRole("textbox", { name: "Payload" })).toHaveValue(/"order": "ord_1"/);
  await drawer.getByRole("textbox", { name: "Payload" }).fill('{"n": 12345678901234567890, oops');
  await expect(drawer.getByText(/^Line 1: /)).toBeVisible();
  await drawer.getByRole("textbox", { name: "Payload" }).fill('{"n": 12345678901234567890}');
  await drawer.getByRole("button", { name: "Send event" }).click();
  await expect(drawer.getByRole("status")).toContainText("It is sent to 1 endpoint");
  await expect(drawer.getByRole("list", { name: "Its deliveries" })).toContainText("Succeeded");
  const [received] = world.receivers.at("ok/by-hand");
  expect(received?.body).toContain("12345678901234567890");
  await drawer.getByRole("link", { name: "Open the event" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "order.paid" })).toBeVisible();
});

test("an event is replayed to one endpoint alone", async ({ page, world }) => {
  const project = await world.project("Replay");
  const first = await project.endpoint("acme", "ok/replay-1", { description: "First" });
  await project.endpoint("acme", "ok/replay-2", { description: "Second" });
  const id = await project.publish("acme", "order.paid", {});
  await project.delivered(id, "succeeded");
  await page.goto(`/p/${project.id}/events/${id}`);
  await page.getByRole("button", { name: "Replay…" }).click();
  const dialog = page.getByRole("dialog", { name: "Replay this event" });
  await dialog.getByLabel("to one endpoint").check();
  await dialog.getByRole("combobox", { name: "Endpoint" }).click();
  await page.getByRole("option", { name: "First" }).click();
  await dialog.getByRole("button", { name: "Replay", exact: true }).click();
  await expect(dialog).toBeHidden();
  const replayed = page.getByRole("table", { name: "Deliveries of this event" }).getByRole("row").filter({ hasText: "Replay" });
  await expect(replayed).toContainText("First");
  await expect(replayed).toContainText("Succeeded");
  expect(world.receivers.at("ok/replay-1")).toHaveLength(2);
  expect(world.receivers.at("ok/replay-2")).toHaveLength(1);
  expect(first.id).toMatch(/^ep_/);
});

test("an endpoint that an event did not go to says why, and gets it on request", async ({ page, world }) => {
  const project = await world.project("Elsewhere");
  await project.endpoint("acme", "ok/went", { description: "Went" });
  await project.endpoint("acme", "ok/filtered", { description: "Wants refunds", events: ["order.refunded"] });
  await project.endpoint("beta", "ok/foreign", { description: "Another tenant's" });
  const { event } = await project.deliver("acme", "order.paid", {}, "succeeded");
  await page.goto(`/p/${project.id}/events/${event}`);
  const elsewhere = page.getByRole("table", { name: "Endpoints that did not get the event" }).locator("tbody").getByRole("row");
  await expect(elsewhere).toHaveCount(1);
  await expect(elsewhere).toContainText("Wants refunds");
  await expect(elsewhere).toContainText("Its filter does not match this type.");
  await expect(elsewhere).toContainText("order.refunded");
  await elsewhere.getByRole("button", { name: "Send to this endpoint" }).click();
  const sent = page.getByRole("table", { name: "Deliveries of this event" }).getByRole("row").filter({ hasText: "Wants refunds" });
  await expect(sent).toContainText("Succeeded");
  await expect(elsewhere).toHaveCount(0);
  expect(world.receivers.at("ok/filtered")).toHaveLength(1);
});

test("an erased payload is gone for good, from the page too, and what was pending is cancelled", async ({ page, world }) => {
  const project = await world.project("Erased");
  await project.endpoint("acme", "503/erased", { retry: PATIENT_RETRY });
  const { event } = await project.deliver("acme", "order.paid", { secret: "must-be-forgotten" }, "pending");
  await page.goto(`/p/${project.id}/events/${event}`);
  await expect(page.getByRole("group", { name: "Payload" })).toContainText("must-be-forgotten");
  await page.getByRole("button", { name: "Erase payload…" }).click();
  const dialog = page.getByRole("dialog", { name: "Erase the payload?" });
  await expect(dialog.getByRole("button", { name: "Erase payload" })).toBeDisabled();
  await dialog.getByLabel("Type erase to confirm").fill("erase");
  await dialog.getByRole("button", { name: "Erase payload" }).click();
  await expect(page.getByText("The payload was erased")).toBeVisible();
  await expect(page.getByRole("button", { name: "Replay…" })).toHaveCount(0);
  await expect(page.getByRole("table", { name: "Deliveries of this event" })).toContainText("Cancelled");
  expect(await page.content()).not.toContain("must-be-forgotten");
});

test("a key that only reads is offered nothing that it may not do", async ({ browser, world }) => {
  const project = await world.project("Reader");
  await project.endpoint("acme", "ok/reader");
  const { event } = await project.deliver("acme", "order.paid", {}, "succeeded");
  const reader = await project.key("project", "read");
  const context = await browser.newContext({ baseURL: world.server.baseUrl });
  await signIn(context, world, reader.key);
  const page = await context.newPage();
  await page.goto(`/p/${project.id}/events/${event}`);
  await expect(page.getByRole("table", { name: "Deliveries of this event" })).toContainText("Succeeded");
  await expect(page.getByRole("button", { name: /Replay|Erase/ })).toHaveCount(0);
  await page.goto(`/p/${project.id}/events`);
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Send event" })).toHaveCount(0);
  await context.close();
});

test("list and event are usable by everybody, on a phone too", async ({ page, world }) => {
  const project = await world.project("Everybody");
  await project.endpoint("acme", "ok/everybody");
  const { event } = await project.deliver("acme", "order.paid", { text: "w".repeat(400) }, "succeeded");
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 });
    for (const path of ["events", `events/${event}`]) {
      await page.goto(`/p/${project.id}/${path}`);
      await eventually(`${path} has rows`, async () => (await page.getByRole("row").count()) > 1);
      await expectAccessible(page, `${path} at ${width}`);
      await expectNoSidewaysScroll(page, `${path} at ${width}`);
    }
  }
});
