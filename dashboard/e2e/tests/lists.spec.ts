import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import type { Project } from "../harness/project.js";
import { expect, signIn, test } from "../harness/test.js";

let project: Project;

test.beforeAll(async ({ world }) => {
  project = await world.project("Lists");
  await project.endpoint("acme", "ok/good", { description: "Good" });
  await project.endpoint("acme", "500/bad", { description: "Bad", events: ["order.*"] });
  await project.deliver("acme", "customer.updated", {}, "succeeded");
  const event = await project.publish("acme", "order.paid", {});
  await expect.poll(async () => (await project.api.get<{ data: unknown[] }>("/v1/dead-letters")).data.length).toBe(1);
  expect(event).toMatch(/^evt_/);
});

test.beforeEach(async ({ context, world }) => signIn(context, world));

const rows = (page: Page, table: string) => page.getByRole("table", { name: table }).locator("tbody").getByRole("row");

test("events show what became of them", async ({ page }) => {
  await page.goto(`/p/${project.id}/events`);
  const paid = rows(page, "Events").filter({ hasText: "order.paid" });
  await expect(paid).toContainText("1 dead");
  await expect(paid).toContainText("1 succeeded");
  await expect(rows(page, "Events").filter({ hasText: "customer.updated" })).not.toContainText("dead");
  await expectAccessible(page, "events with their outcomes");
});

test("endpoints show their last failure", async ({ page }) => {
  await page.goto(`/p/${project.id}/endpoints`);
  await expect(page.getByRole("columnheader", { name: "Last failure" })).toBeVisible();
  await expect(rows(page, "Endpoints").filter({ hasText: "Bad" })).toContainText(/ago|now/);
});

test("filters are chips, each taken back by itself", async ({ page }) => {
  await page.goto(`/p/${project.id}/deliveries?status=dead&type=order.paid`);
  const chips = page.getByRole("list", { name: "Active filters" });
  await expect(chips.getByRole("button")).toHaveText([/Status\s*Dead/, /Event type\s*order\.paid/]);
  await expectAccessible(page, "a list with chips");
  await chips.getByRole("button", { name: /Remove filter Status/ }).click();
  await expect(page).not.toHaveURL(/status=/);
  await expect(page).toHaveURL(/type=order\.paid/);
  await expect(chips.getByRole("button")).toHaveCount(1);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(chips.getByRole("button")).toHaveCount(1);
  await expectNoSidewaysScroll(page, "a list with chips");
});

test("times are shown as dates on demand", async ({ page }) => {
  await page.goto(`/p/${project.id}/deliveries`);
  const time = rows(page, "Deliveries").first().locator("time").last();
  await expect(time).toContainText(/ago|now/);
  await page.getByRole("button", { name: "List options" }).click();
  await page.getByRole("menuitem", { name: "Show absolute times" }).click();
  await expect(time).toContainText(/\d\d:\d\d:\d\d/);
});

test("a list is exported whole, as CSV and as NDJSON", async ({ page }) => {
  await page.goto(`/p/${project.id}/deliveries?type=order.paid`);
  const save = async (format: string): Promise<{ name: string; text: string }> => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "List options" }).click();
    await page.getByRole("menuitem", { name: `Export as ${format}` }).click();
    const file = await download;
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
  };
  const csv = await save("CSV");
  expect(csv.name).toMatch(/^deliveries-.*\.csv$/);
  const lines = csv.text.trimEnd().split("\r\n");
  expect(lines[0]).toContain("id,");
  expect(lines).toHaveLength(3);
  const ndjson = (await save("NDJSON")).text.trimEnd().split("\n").map((line) => JSON.parse(line) as { type: string; status: string });
  expect(ndjson.map(({ type }) => type)).toEqual(["order.paid", "order.paid"]);
  expect(ndjson.map(({ status }) => status).sort()).toEqual(["dead", "succeeded"]);
});

test("deliveries are stepped through beside their list, by keys", async ({ page }) => {
  await page.goto(`/p/${project.id}/deliveries`);
  await expect(rows(page, "Deliveries")).toHaveCount(3);
  await rows(page, "Deliveries").first().getByRole("button", { name: /beside the list/ }).click();
  const drawer = page.getByRole("dialog", { name: "Delivery" });
  await expect(drawer.getByRole("status").first()).toHaveText("1 of 3 on this page");
  await expect(drawer.getByRole("heading", { name: "Attempts" })).toBeVisible();
  await expectAccessible(page, "a delivery beside its list");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(drawer.getByRole("status").first()).toHaveText("3 of 3 on this page");
  await expect(drawer).toContainText("customer.updated");
  await page.keyboard.press("k");
  await expect(drawer.getByRole("status").first()).toHaveText("2 of 3 on this page");
  await page.reload();
  await expect(drawer.getByRole("status").first()).toHaveText("2 of 3 on this page");
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);
  await expect(page).not.toHaveURL(/peek=/);
});
