import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import { expect, signIn, test } from "../harness/test.js";

const ORDER_SCHEMA = { type: "object", required: ["order"], properties: { order: { type: "string" }, amount: { type: "number" } } };

const textbox = (page: Page, name: string | RegExp) => page.getByRole("textbox", { name });

test("types stand under their headings, and are found by a word of theirs", async ({ page, context, world }) => {
  await signIn(context, world);
  const project = await world.project("Catalog");
  await project.api.put("/v1/event-types/order.paid", { description: "An order was paid.", group: "Orders", schema: ORDER_SCHEMA });
  await project.api.put("/v1/event-types/order.old", { description: "Nobody sends it.", group: "Orders", deprecated: true });
  await project.api.put("/v1/event-types/customer.created", { description: "`id` is new.", group: "Customers" });
  await page.goto(`/p/${project.id}/catalog`);
  const orders = page.getByRole("region", { name: "Orders", exact: true });
  await expect(orders.getByRole("row").filter({ hasText: "order.paid" })).toContainText("Schema");
  await expect(orders.getByRole("row").filter({ hasText: "order.old" })).toContainText("Deprecated");
  await expectAccessible(page, "the catalog");
  await page.getByLabel("Show deprecated types").uncheck();
  await expect(page.getByText("order.old")).toBeHidden();
  await page.getByLabel("Search the catalog").fill("new customers");
  await expect(page).toHaveURL(/q=new/);
  await expect(page.getByText("order.paid")).toBeHidden();
  await page.reload();
  await page.getByRole("link", { name: "customer.created" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "customer.created" })).toBeVisible();
});

test("an event type is added once nothing is wrong with it, and kept digit for digit", async ({ page, context, world, watch }) => {
  await signIn(context, world);
  watch.expects(422, /^\/v1\/event-types\//);
  const project = await world.project("Added");
  await page.goto(`/p/${project.id}/catalog/~new`);
  const add = page.getByRole("button", { name: "Add event type" });
  await textbox(page, "Name").fill("order.*");
  await add.click();
  await expect(page.getByText("Use printable ASCII characters other than *")).toBeVisible();
  await textbox(page, "Name").fill("order.paid");
  const example = textbox(page, "Example data");
  await example.fill('{\n"order": "ord_1",\n"amount" 1\n}');
  await expect(page.getByText("Line 3: a colon is expected after the name")).toBeVisible();
  await expectAccessible(page, "a form with a fault");
  await example.fill('{"order":"ord_1","amount":12345678901234567890}');
  await textbox(page, /^JSON Schema/).fill('{"type":"nonsense"}');
  await add.click();
  await expect(page.getByText(/is not a valid JSON Schema \(2020-12\)/)).toBeVisible();
  await textbox(page, /^JSON Schema/).fill(JSON.stringify(ORDER_SCHEMA));
  await add.click();
  await expect(page.getByRole("heading", { level: 1, name: "order.paid" })).toBeVisible();
  await expect(page.getByRole("group", { name: "Data" })).toContainText('"amount": 12345678901234567890');
  const stored = await project.api.get<{ schema: unknown }>("/v1/event-types/order.paid");
  expect(stored.schema).toEqual(ORDER_SCHEMA);
});

test("the example is published to a tenant; what does not fit the schema is said by line", async ({ page, context, world, watch }) => {
  await signIn(context, world);
  watch.expects(422, /^\/v1\/events$/);
  const project = await world.project("Tried");
  await project.endpoint("acme", "ok/tried");
  await project.api.put("/v1/event-types/order.paid", { description: "Paid", schema: ORDER_SCHEMA, example: { order: "ord_1", amount: 2 } });
  await page.goto(`/p/${project.id}/catalog/order.paid`);
  await page.getByRole("combobox", { name: "Tenant" }).fill("acme");
  const publish = page.getByRole("button", { name: "Publish event" });
  await textbox(page, "Data").fill('{\n  "order": 7\n}');
  await publish.click();
  await expect(page.getByText(/Line 2 \/order does not fit the schema/)).toBeVisible();
  await textbox(page, "Data").fill('{"order":"ord_1","amount":1.50}');
  await publish.click();
  await expect(page.getByText("to 1 endpoint")).toBeVisible();
  await expect.poll(() => world.receivers.at("ok/tried").length).toBe(1);
  expect(world.receivers.at("ok/tried")[0]?.body).toContain('{"order":"ord_1","amount":1.50}');
});

test("an event type is edited, then deleted", async ({ page, context, world }) => {
  await signIn(context, world);
  const project = await world.project("Edited");
  await project.api.put("/v1/event-types/order.paid", { description: "Paid", group: "Orders", example: { order: "ord_1" } });
  await page.goto(`/p/${project.id}/catalog/order.paid`);
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await textbox(page, "Description").fill("An order was paid in full.");
  await page.getByLabel("Deprecated").check();
  await page.getByRole("button", { name: "Save event type" }).click();
  // The form shows the new text before the save is answered; the type's own page comes after.
  await expect(page).toHaveURL(/\/catalog\/order\.paid$/);
  await expect(page.getByText("An order was paid in full.")).toBeVisible();
  const { group, example, deprecated } = await project.api.get<Record<string, unknown>>("/v1/event-types/order.paid");
  expect({ group, example, deprecated }).toEqual({ group: "Orders", example: { order: "ord_1" }, deprecated: true });
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog", { name: "Delete order.paid" }).getByRole("button", { name: "Delete event type" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Event catalog" })).toBeVisible();
  expect(await project.api.status("GET", "/v1/event-types/order.paid")).toBe(404);
});

test("whoever may only read sees the catalog and no buttons that change it", async ({ page, context, world }) => {
  const project = await world.project("Read only");
  await project.api.put("/v1/event-types/order.paid", { description: "Paid" });
  await signIn(context, world, (await project.key("project", "read")).key);
  await page.goto(`/p/${project.id}/catalog/order.paid`);
  await expect(page.getByText("Paid", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: /^(Edit|Delete|Publish event)$/ })).toHaveCount(0);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page, "an event type on a phone");
});
