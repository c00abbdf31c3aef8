import type { Page } from "@playwright/test";
import type { Project } from "../harness/project.js";
import { expect, signIn, test } from "../harness/test.js";

let project: Project;

test.beforeAll(async ({ world }) => {
  project = await world.project("Attempts");
  await project.endpoint("acme", "ok/attempts", { description: "Billing" });
  await project.endpoint("beta", "503/attempts", { description: "Broken" });
  const paid = await project.publish("acme", "order.paid", {}, { channels: [] });
  await project.delivered(paid, "succeeded");
  await project.deliver("beta", "order.refunded", {}, "dead");
});

test.beforeEach(async ({ context, world }) => signIn(context, world));

const rows = (page: Page, table = "Attempts") => page.getByRole("table", { name: table }).locator("tbody").getByRole("row");

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

test("every request is listed, and leads to its delivery with that attempt shown", async ({ page }) => {
  await page.goto(`/p/${project.id}/deliveries`);
  await page.getByRole("main").getByRole("link", { name: "attempts" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Attempts" })).toBeVisible();
  await expect(rows(page)).toHaveCount(4);
  await expect(rows(page).filter({ hasText: "Broken" })).toHaveCount(3);
  const second = rows(page).filter({ hasText: "Broken" }).nth(1);
  await second.getByRole("link", { name: "order.refunded" }).click();
  await expect(page).toHaveURL(/\/deliveries\/del_\w+\?attempt=2$/);
  await expect(page.getByRole("button", { name: /^Attempt 2/ })).toHaveAttribute("aria-current", "true");
});

test("they are narrowed by result, status code and channel, in the address", async ({ page, world }) => {
  const own = await world.project("Attempts on channels");
  await own.endpoint("acme", "ok/channels", { description: "All" });
  await own.endpoint("acme", "500/channels", { description: "EU", channels: ["eu"], retry: { delays_s: [0] } });
  const eu = await own.publish("acme", "order.paid", {}, { channels: ["eu"] });
  await own.publish("acme", "order.paid", {});
  await expect.poll(() => world.receivers.at("ok/channels").length).toBe(2);
  await expect.poll(() => world.receivers.at("500/channels").length).toBe(1);
  await page.goto(`/p/${own.id}/attempts`);
  await expect(rows(page)).toHaveCount(3);
  const channel = page.getByRole("combobox", { name: "Channel" }).or(page.getByRole("textbox", { name: "Channel" })).first();
  await channel.fill("eu");
  await channel.press("Enter");
  await expect(page).toHaveURL(/channel=eu/);
  await expect(rows(page)).toHaveCount(2);
  await choose(page, "Status codes", "5xx");
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("EU");
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Clear" }).click();
  await choose(page, "Result", "Succeeded");
  await expect(rows(page)).toHaveCount(2);
  await page.goto(`/p/${own.id}/attempts?event=${eu}`);
  await expect(rows(page)).toHaveCount(2);
});

test("one endpoint's are a tab of it", async ({ page }) => {
  await page.goto(`/p/${project.id}/endpoints`);
  await page.getByRole("link", { name: /Broken/ }).click();
  await page.getByRole("navigation", { name: "Endpoint pages" }).getByRole("link", { name: "Attempts" }).click();
  await expect(rows(page, "Attempts at this endpoint")).toHaveCount(3);
});
