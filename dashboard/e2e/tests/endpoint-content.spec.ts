// What decides by an event's content, and what changes it: the payload filter and the transformation of an endpoint.
import type { Page } from "@playwright/test";
import { expectAccessible } from "../harness/accessible.js";
import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

const code = (page: Page) => page.getByRole("textbox", { name: "Code" });

test("a transformation is tried on an event, names the line of a fault, and changes what is sent once it is saved", async ({ page, world }) => {
  const project = await world.project("Transformed");
  const endpoint = await project.endpoint("acme", "ok/transformed");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}?tab=transformation`);
  await code(page).fill('function handler(webhook) {\n  webhook.nothing.here = 1;\n  return webhook;\n}\n');
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("Line 2:");
  await expect(page.getByRole("status").filter({ hasText: "The attempt would fail" })).toBeVisible();
  await expectAccessible(page, "a transformation with a fault");
  await code(page).fill('function handler(webhook) {\n  webhook.payload.note = "added";\n  webhook.headers["X-Note"] = "yes";\n  return webhook;\n}\n');
  await page.getByRole("textbox", { name: "Payload" }).fill('{"n": 1}');
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("group", { name: "Headers added" })).toContainText(/x-note: yes/i);
  await expect(page.getByRole("group", { name: "Body" })).toContainText(/"note":\s*"added"/);
  expect(world.receivers.at("ok/transformed"), "a dry run sends nothing").toHaveLength(0);
  await page.getByRole("button", { name: "Save transformation" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Transformation saved" })).toBeVisible();
  await project.deliver("acme", "order.paid", { n: 2 }, "succeeded");
  const [received] = world.receivers.at("ok/transformed");
  expect(received?.headers["x-note"]).toBe("yes");
  expect(received?.body).toContain('"note":"added"');
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog", { name: "Remove the transformation?" }).getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("button", { name: "Remove" })).toHaveCount(0);
  await project.deliver("acme", "order.paid", { n: 3 }, "succeeded");
  expect(world.receivers.at("ok/transformed")[1]?.body).not.toContain("added");
});

test("code that is no JavaScript is not saved, and its line is told", async ({ page, world, watch }) => {
  watch.expects(422, /^\/v1\/endpoints\//);
  const project = await world.project("Broken code");
  const endpoint = await project.endpoint("acme", "ok/broken-code");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}?tab=transformation`);
  await code(page).fill("function handler(webhook) {\n  return webhook;\n");
  await page.getByRole("button", { name: "Save transformation" }).click();
  await expect(page.getByRole("alert")).toContainText(/^Line \d+:/);
  const stored = await project.api.get<{ transform: unknown }>(`/v1/endpoints/${endpoint.id}`);
  expect(stored.transform).toBeNull();
});

test("a payload filter is tested before it is saved, and decides what is sent", async ({ page, world }) => {
  const project = await world.project("Filtered");
  const endpoint = await project.endpoint("acme", "ok/filtered-by-payload", { description: "Large orders" });
  const filter = '{"data": {"amount": [{"numeric": [">", 100]}]}}';
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Test filter…" }).click();
  const drawer = page.getByRole("dialog", { name: "Test the filter" });
  await drawer.getByRole("textbox", { name: "Payload filter" }).fill(filter);
  await drawer.getByLabel("Event type").and(page.locator("input")).fill("order.paid");
  await drawer.getByRole("textbox", { name: "Data" }).fill('{"amount": 99}');
  await drawer.getByRole("button", { name: "Test filter" }).click();
  await expect(drawer.getByRole("status")).toContainText("Does not match");
  await expect(drawer.getByRole("status")).toContainText("amount");
  await drawer.getByRole("textbox", { name: "Data" }).fill('{"amount": 101}');
  await drawer.getByRole("button", { name: "Test filter" }).click();
  await expect(drawer.getByRole("status")).toContainText("Matches");
  await expectAccessible(page, "the test of a filter");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}?tab=settings`);
  await page.getByRole("textbox", { name: "Payload filter" }).fill(filter);
  await page.getByRole("button", { name: "Save endpoint" }).click();
  await expect(page.getByRole("status").filter({ hasText: "saved" })).toBeVisible();
  const small = await project.publish("acme", "order.paid", { amount: 5 });
  await project.deliver("acme", "order.paid", { amount: 500 }, "succeeded");
  expect(world.receivers.at("ok/filtered-by-payload")).toHaveLength(1);
  await page.goto(`/p/${project.id}/events/${small}`);
  const elsewhere = page.getByRole("table", { name: "Endpoints that did not get the event" });
  await expect(elsewhere).toContainText("Large orders");
  await expect(elsewhere).toContainText("amount");
});

test("a filter that is no pattern is refused at its field", async ({ page, world, watch }) => {
  watch.expects(422, /^\/v1\/endpoints\//);
  const project = await world.project("Refused filter");
  const endpoint = await project.endpoint("acme", "ok/refused-filter");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}?tab=settings`);
  await page.getByRole("textbox", { name: "Payload filter" }).fill('{\n"data": {"amount": [{"numerc": [1]}]}\n}');
  await page.getByRole("button", { name: "Save endpoint" }).click();
  await expect(page.getByText(/Line 2 /)).toBeVisible();
});
