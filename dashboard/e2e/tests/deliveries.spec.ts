import type { Page } from "@playwright/test";
import type { Endpoint, Project } from "../harness/project.js";
import { expect, signIn, test } from "../harness/test.js";

let project: Project;
let billing: Endpoint;

/** Three deliveries of different fates to two tenants. */
test.beforeAll(async ({ world }) => {
  project = await world.project("Deliveries");
  billing = await project.endpoint("acme", "ok/billing", { description: "Billing" });
  await project.endpoint("beta", "503/broken", { description: "Broken" });
  await project.endpoint("beta", "hang/slow", { description: "Never answers", events: ["order.late"], timeout_ms: 1000, retry: { delays_s: [0] } });
  await project.deliver("acme", "order.paid", { n: 1 }, "succeeded");
  await project.deliver("beta", "order.refunded", { n: 2 }, "dead");
});

test.beforeEach(async ({ context, world }) => signIn(context, world));

const rows = (page: Page) => page.getByRole("table", { name: "Deliveries" }).locator("tbody").getByRole("row");

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

test("each is listed with its type, state, endpoint and last answer", async ({ page }) => {
  await page.goto(`/p/${project.id}/deliveries`);
  const succeeded = rows(page).filter({ hasText: "order.paid" });
  await expect(succeeded).toContainText("Succeeded");
  await expect(succeeded).toContainText("200");
  await expect(succeeded.getByRole("link", { name: "Billing" })).toHaveAttribute("href", new RegExp(`/endpoints/${billing.id}$`));
  const dead = rows(page).filter({ hasText: "order.refunded" });
  await expect(dead).toContainText("Dead");
  await expect(dead).toContainText("503");
});

test("filters narrow the list, are in the address, and hold over a reload", async ({ page }) => {
  await page.goto(`/p/${project.id}/deliveries`);
  await choose(page, "Status", "Dead");
  await expect(page).toHaveURL(/status=dead/);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("order.refunded");
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(rows(page)).toHaveCount(2);
});

test("a status code and a tenant can be asked for", async ({ page }) => {
  await page.goto(`/p/${project.id}/deliveries`);
  const code = page.getByRole("combobox", { name: "Status code" });
  await code.fill("503");
  await code.press("Enter");
  await expect(rows(page)).toHaveCount(1);
  await page.goto(`/p/${project.id}/deliveries?tenant=acme`);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("order.paid");
});

test("a filter that nothing matches says what to do", async ({ page }) => {
  await page.goto(`/p/${project.id}/deliveries?type=no.such.type`);
  await expect(page.getByText("No matching deliveries")).toBeVisible();
});

test("new deliveries appear while one looks, and not while it is paused", async ({ page, world }) => {
  const live = await world.project("Live tail");
  await live.endpoint("acme", "ok/tail");
  await live.deliver("acme", "first.seen", {}, "succeeded");
  await page.clock.install();
  await page.goto(`/p/${live.id}/deliveries`);
  await expect(rows(page)).toHaveCount(1);
  await live.deliver("acme", "second.seen", {}, "succeeded");
  await expect(rows(page).filter({ hasText: "second.seen" })).toContainText("Succeeded");
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Paused" })).toBeVisible();
  let asked = 0;
  page.on("request", (request) => void (request.url().includes("/v1/deliveries?") && asked++));
  await live.deliver("acme", "third.seen", {}, "succeeded");
  await page.clock.fastForward("01:00");
  expect(asked).toBe(0);
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(rows(page)).toHaveCount(3);
});

test("a list longer than a page goes on, and back, and has each once", async ({ page, world }) => {
  const long = await world.project("Long");
  await long.endpoint("acme", "ok/long");
  const types = Array.from({ length: 60 }, (_, n) => `step.${String(n).padStart(2, "0")}`);
  await long.api.post("/v1/events/batch", { events: types.map((type) => ({ tenant: "acme", type, data: {} })) });
  const shown = () => rows(page).getByRole("link", { name: /^step\./ }).allTextContents();
  await page.goto(`/p/${long.id}/deliveries`);
  const pages = page.getByRole("navigation", { name: "Pages" });
  await expect(rows(page)).toHaveCount(50);
  const newer = await shown();
  await pages.getByRole("button", { name: "Older" }).click();
  await expect(rows(page)).toHaveCount(10);
  const older = await shown();
  expect([...newer, ...older].sort()).toEqual(types);
  await page.reload();
  await expect(rows(page)).toHaveCount(10);
  expect(await shown()).toEqual(older);
  await pages.getByRole("button", { name: "Newer" }).click();
  await expect(rows(page)).toHaveCount(50);
});

test("a row leads to the delivery", async ({ page }) => {
  await page.goto(`/p/${project.id}/deliveries`);
  await rows(page).filter({ hasText: "order.refunded" }).getByRole("link", { name: "order.refunded" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Delivery of order.refunded" })).toBeVisible();
});
