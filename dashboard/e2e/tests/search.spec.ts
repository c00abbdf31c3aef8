import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import type { Endpoint, Project } from "../harness/project.js";
import { Steps } from "../harness/steps.js";
import { expect, signIn, test } from "../harness/test.js";

let project: Project;
let crm: Endpoint;
let event: string;

test.beforeAll(async ({ world }) => {
  project = await world.project("Found");
  await project.api.put("/v1/tenants/cus_4711", { name: "Acme Coffee Roasters", uid: "coffee" });
  await project.api.put("/v1/tenants/cus_4712", { name: "Northwind Traders" });
  crm = await project.endpoint("cus_4711", "ok/crm", { description: "CRM", events: ["customer.*"] });
  await project.endpoint("cus_4711", "ok/erp-hook", { description: "ERP", events: ["order.*"] });
  await project.endpoint("cus_4712", "ok/other");
  event = await project.publish("cus_4711", "order.paid", { n: 1 });
  await project.delivered(event, "succeeded");
  await project.api.put("/v1/event-types/invoice.issued", { description: "An invoice was sent." });
});

test.beforeEach(async ({ context, world }) => signIn(context, world));

const input = (page: Page) => page.getByRole("dialog", { name: "Search" }).getByRole("combobox", { name: "Search" });
const results = (page: Page) => page.getByRole("listbox", { name: "Results" }).getByRole("option");

/** Opens the search, types, and waits until what was found is there. */
async function search(page: Page, text: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+k");
  await input(page).fill(text);
}

test("why an endpoint did not get an event is found by the tenant's name in three steps", async ({ page }) => {
  const steps = await Steps.of(page);
  await page.goto(`/p/${project.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await search(page, "roasters");
  await expect(results(page).first()).toContainText("Acme Coffee Roasters");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Acme Coffee Roasters" })).toBeVisible();
  await page.getByRole("table", { name: "Recent events" }).getByRole("link", { name: "order.paid" }).click();
  const why = page.getByRole("table", { name: "Endpoints that did not get the event" });
  await expect(why.getByRole("row").filter({ hasText: "CRM" })).toContainText("customer.*");
  expect(steps.count).toBeLessThanOrEqual(3);
});

test("endpoints, event types, ids, pages and actions are found, each in its place", async ({ page }) => {
  await page.goto(`/p/${project.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  for (const [typed, expected, path] of [
    ["CRM", "CRM", `/endpoints/${crm.id}`],
    ["erp-hook", "ERP", /\/endpoints\/ep_/],
    ["coffee", "Acme Coffee Roasters", "/tenants/cus_4711"],
    ["issued", "invoice.issued", "/catalog/invoice.issued"],
    [event, event, `/events/${event}`],
    ["audit", "Audit log", "/audit"],
    ["add endp", "Add endpoint", "/endpoints/~new"],
  ] as const) {
    await search(page, typed);
    await expect(results(page).first()).toContainText(expected);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(typeof path === "string" ? `/p/${project.id}${path}` : path);
  }
});

test("a job is found by its id", async ({ page }) => {
  const { job } = await project.api.post<{ job: string }>("/v1/deliveries/retry", { filter: { status: "pending" } });
  await page.goto(`/p/${project.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await search(page, job);
  await expect(results(page).first()).toContainText(job);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Retry of deliveries" })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "done" })).toBeVisible();
  await expectAccessible(page, "a job");
});

test("it opens by / too, and what is not there is said", async ({ page }) => {
  await page.goto(`/p/${project.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("/");
  await expect(input(page)).toBeFocused();
  await expectAccessible(page, "the search");
  await input(page).fill("no such thing");
  await expect(page.getByRole("status").filter({ hasText: "Nothing found" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(input(page)).toHaveCount(0);
});

test("on a phone it is a button", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/p/${project.id}`);
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await input(page).fill("acme");
  await expect(results(page).first()).toContainText("Acme Coffee Roasters");
  await expectAccessible(page, "the search on a phone");
  await expectNoSidewaysScroll(page, "the search on a phone");
});

test("lists' fields find tenants and endpoints by their names", async ({ page }) => {
  await page.goto(`/p/${project.id}/deliveries`);
  const tenant = page.getByRole("combobox", { name: "Tenant" }).or(page.getByRole("textbox", { name: "Tenant" })).first();
  await tenant.fill("acme coffee");
  await tenant.press("Enter");
  await expect(page).toHaveURL(/tenant=cus_4711/);
  const endpoint = page.getByRole("combobox", { name: "Endpoint" });
  await endpoint.fill("erp-ho");
  await page.getByRole("option", { name: "ERP" }).click();
  await expect(page).toHaveURL(/endpoint=ep_/);
  await page.goto(`/p/${project.id}/tenants`);
  const field = page.getByRole("combobox", { name: "Name, ID or UID" }).or(page.getByRole("textbox", { name: "Name, ID or UID" })).first();
  await field.fill("north");
  await field.press("Enter");
  await expect(page.getByRole("table", { name: "Tenants" }).locator("tbody").getByRole("row")).toHaveCount(1);
  await page.goto(`/p/${project.id}/endpoints?search=erp-hook`);
  await expect(page.getByRole("table", { name: "Endpoints" }).locator("tbody").getByRole("row")).toHaveCount(1);
});

test("a key that only reads is offered no actions that change something", async ({ browser, world }) => {
  const reader = await project.key("project", "read");
  const context = await browser.newContext({ baseURL: world.server.baseUrl });
  await signIn(context, world, reader.key);
  const page = await context.newPage();
  await page.goto(`/p/${project.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await search(page, "endpoint");
  await expect(results(page).filter({ hasText: "Endpoints" }).first()).toBeVisible();
  await expect(results(page).filter({ hasText: "Add endpoint" })).toHaveCount(0);
  await context.close();
});
