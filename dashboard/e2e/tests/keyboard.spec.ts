// What people do most, without a mouse.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../harness/test.js";
import type { World } from "../harness/world.js";

/** More stops than any screen has before what one looks for. */
const STOPS_MAX = 80;

/** Goes from stop to stop until this has the focus; fails if the Tab key never gets there. */
async function tabTo(page: Page, target: Locator, what: string): Promise<void> {
  await expect(target, what).toBeVisible();
  for (let stop = 0; stop < STOPS_MAX; stop++) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement || element.contains(document.activeElement))) return;
  }
  throw new Error(`the Tab key does not reach ${what}`);
}

/** Tab, then Enter. */
async function press(page: Page, target: Locator, what: string): Promise<void> {
  await tabTo(page, target, what);
  await page.keyboard.press("Enter");
}

async function signInByKeyboard(page: Page, world: World, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByLabel("API key", { exact: true })).toBeFocused();
  await page.keyboard.type(world.server.adminKey);
  await page.keyboard.press("Enter");
}

test("signing in, finding a dead letter, looking at it and retrying it", async ({ page, world }) => {
  const project = await world.project("By keyboard");
  await project.endpoint("acme", "500/keyboard");
  await project.deliver("acme", "order.paid", {}, "dead");
  world.receivers.switch("500/keyboard", 204);

  await signInByKeyboard(page, world, `/p/${project.id}`);
  await press(page, page.getByRole("navigation", { name: "Project" }).getByRole("link", { name: "Dead letters" }), "the navigation");
  // The heading takes the focus, so that a screen reader says where one is.
  await expect(page.getByRole("heading", { level: 1, name: "Dead letters" })).toBeFocused();
  await press(page, page.getByRole("table").getByRole("link", { name: "order.paid" }), "the row");
  await expect(page.getByRole("heading", { level: 1, name: "Delivery of order.paid" })).toBeFocused();
  await press(page, page.getByRole("button", { name: "Retry", exact: true }), "the button");
  await expect(page.getByRole("status").filter({ hasText: "Delivered" })).toBeVisible();
});

test("choosing rows, and a question that keeps the focus until it is answered", async ({ page, world }) => {
  const project = await world.project("Focus");
  await project.endpoint("acme", "500/focus");
  await project.deliver("acme", "order.paid", {}, "dead");
  await signInByKeyboard(page, world, `/p/${project.id}/dead-letters`);
  const row = page.getByRole("table", { name: "Dead letters" }).locator("tbody").getByRole("row");
  await tabTo(page, row.getByRole("checkbox"), "the row's box");
  await page.keyboard.press("Space");
  await expect(page.getByText("1 selected")).toBeVisible();
  await page.reload();
  const purge = page.getByRole("button", { name: "Purge all…" });
  await press(page, purge, "the button");
  const dialog = page.getByRole("dialog", { name: "Purge all dead letters?" });
  await expect(dialog.getByRole("textbox")).toBeFocused();
  for (let stop = 0; stop < 6; stop++) {
    await page.keyboard.press("Tab");
    expect(await dialog.evaluate((element) => element.contains(document.activeElement)), "the focus stays inside").toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(purge).toBeFocused();
});
