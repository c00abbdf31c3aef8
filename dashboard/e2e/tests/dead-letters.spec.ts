import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import type { List } from "../harness/api.js";
import type { Delivery, Project } from "../harness/project.js";
import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

const rows = (page: Page) => page.getByRole("table", { name: "Dead letters" }).locator("tbody").getByRole("row");

/** Dead letters of these types, to an endpoint of their own. */
async function died(project: Project, receiver: string, types: string[]): Promise<void> {
  await project.endpoint("acme", receiver);
  for (const type of types) await project.deliver("acme", type, {}, "dead");
}

async function dead(project: Project): Promise<Delivery[]> {
  return (await project.api.get<List<Delivery>>("/v1/dead-letters")).data;
}

test("without dead letters, the page says so, and offers nothing to do", async ({ page, world }) => {
  const project = await world.project("Alive");
  await page.goto(`/p/${project.id}/dead-letters`);
  await expect(page.getByText("No dead letters")).toBeVisible();
  await expect(page.getByRole("button", { name: /Retry|Purge/ })).toHaveCount(0);
});

test("selected ones are retried, and leave the list", async ({ page, world }) => {
  const project = await world.project("Selected");
  await died(project, "500/selected", ["order.paid", "order.refunded", "order.kept"]);
  world.receivers.switch("500/selected", 204);
  await page.goto(`/p/${project.id}/dead-letters`);
  await expect(rows(page)).toHaveCount(3);
  for (const type of ["order.paid", "order.refunded"]) {
    await rows(page).filter({ hasText: type }).getByRole("checkbox").check();
  }
  const selected = page.getByRole("group", { name: "Selected dead letters" });
  await expect(selected.getByRole("status")).toHaveText("2 selected");
  await selected.getByRole("button", { name: "Retry selected" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Retrying dead letters: done" })).toContainText("2 of 2");
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("order.kept");
  await expect(selected).toHaveCount(0);
});

test("all that match a filter are retried by a job whose progress stays over a reload", async ({ page, world }) => {
  const project = await world.project("Matching");
  await died(project, "500/matching", ["order.paid", "order.paid", "order.kept"]);
  world.receivers.switch("500/matching", 204);
  await page.goto(`/p/${project.id}/dead-letters?type=order.paid`);
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole("button", { name: "Retry matching…" }).click();
  const dialog = page.getByRole("dialog", { name: "Retry all matching dead letters?" });
  await expect(dialog).toContainText("order.paid");
  await expectAccessible(page, "the question before a bulk retry");
  await dialog.getByRole("button", { name: "Retry", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "Retrying dead letters: done" })).toContainText("2 of 2");
  await expect(page.getByText("No matching dead letters")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("status").filter({ hasText: "Retrying dead letters: done" })).toBeVisible();
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(page).not.toHaveURL(/job=/);
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("order.kept");
});

test("a purge wants its word typed, and then deletes for good", async ({ page, world }) => {
  const project = await world.project("Purged");
  await died(project, "500/purged", ["order.paid", "order.refunded"]);
  await page.goto(`/p/${project.id}/dead-letters`);
  await page.getByRole("button", { name: "Purge all…" }).click();
  const dialog = page.getByRole("dialog", { name: "Purge all dead letters?" });
  await expect(dialog).toContainText("2 dead letters");
  await expect(dialog.getByRole("button", { name: "Purge" })).toBeDisabled();
  await dialog.getByRole("textbox").fill("purge");
  await dialog.getByRole("button", { name: "Purge" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Purging dead letters: done" })).toContainText("2 of 2");
  await expect(page.getByText("No dead letters")).toBeVisible();
  expect(await dead(project)).toEqual([]);
});

test("selected ones are purged after a question, and the others stay", async ({ page, world }) => {
  const project = await world.project("Purged by name");
  await died(project, "500/by-name", ["order.paid", "order.kept"]);
  await page.goto(`/p/${project.id}/dead-letters`);
  await rows(page).filter({ hasText: "order.paid" }).getByRole("checkbox").check();
  await page.getByRole("button", { name: "Purge selected…" }).click();
  await page.getByRole("dialog", { name: "Purge 1 dead letter?" }).getByRole("button", { name: "Purge" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Purging dead letters: done" })).toContainText("1 of 1");
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("order.kept");
  expect(await dead(project)).toHaveLength(1);
});

test("a key that only reads can look, and nothing else", async ({ browser, world }) => {
  const project = await world.project("Only looks");
  await died(project, "500/only-looks", ["order.paid"]);
  const reader = await project.key("project", "read");
  const context = await browser.newContext({ baseURL: world.server.baseUrl });
  await signIn(context, world, reader.key);
  const page = await context.newPage();
  await page.goto(`/p/${project.id}/dead-letters`);
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /Retry|Purge/ })).toHaveCount(0);
  await context.close();
});

test("the list is usable by everybody, on a phone too", async ({ page, world }) => {
  const project = await world.project("Dead, and usable");
  await died(project, "500/usable", ["order.paid"]);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`/p/${project.id}/dead-letters`);
    await rows(page).getByRole("checkbox").check();
    await expectAccessible(page, `dead letters at ${width}`);
    await expectNoSidewaysScroll(page, `dead letters at ${width}`);
  }
});
