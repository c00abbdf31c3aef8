import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import { Api } from "../harness/api.js";
import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

const rows = (page: Page) => page.getByRole("table", { name: "Keys" }).locator("tbody").getByRole("row");

test("a key is made, shown once, works, and is revoked", async ({ page, world }) => {
  const project = await world.project("Keyed");
  await page.goto(`/p/${project.id}/keys`);
  await expect(page.getByText("No keys yet")).toBeVisible();
  await page.getByRole("button", { name: "New key" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New key" });
  await dialog.getByRole("button", { name: "Create key" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name").fill("Back end");
  await dialog.getByRole("radio", { name: "Full" }).check();
  await expectAccessible(page, "the dialog of a new key");
  await dialog.getByRole("button", { name: "Create key" }).click();
  const shown = page.getByRole("dialog", { name: "The new key" });
  const key = await shown.getByLabel("API key", { exact: true }).inputValue();
  await page.keyboard.press("Escape");
  await expect(shown).toBeVisible();
  await shown.getByRole("button", { name: "I have saved it" }).click();
  expect(await page.content()).not.toContain(key);
  await expect(rows(page)).toContainText("full access");
  await expect(rows(page)).toContainText("never");

  const program = new Api(world.server.baseUrl, key);
  await program.get("/v1/endpoints");
  await page.getByRole("button", { name: /Revoke Back end/ }).click();
  await page.getByRole("dialog", { name: "Revoke this key?" }).getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText("No keys yet")).toBeVisible();
  await expect(program.get("/v1/endpoints")).rejects.toThrow(/401/);
});

test("a tenant's key names its tenant, and can end", async ({ page, world }) => {
  const project = await world.project("Customers' keys");
  await page.goto(`/p/${project.id}/keys`);
  await page.getByRole("button", { name: "New key" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New key" });
  await dialog.getByLabel("Name").fill("Acme's own");
  await dialog.getByText("One tenant", { exact: true }).click();
  await dialog.getByRole("button", { name: "Create key" }).click();
  await expect(dialog.getByText("Enter a tenant ID")).toBeVisible();
  await dialog.getByRole("combobox", { name: "Tenant" }).fill("acme");
  await dialog.getByRole("combobox", { name: "Expires" }).click();
  await page.getByRole("option", { name: "In 30 days" }).click();
  await dialog.getByRole("button", { name: "Create key" }).click();
  await page.getByRole("button", { name: "I have saved it" }).click();
  await expect(rows(page)).toContainText("acme");
  await expect(rows(page)).toContainText(/in (29|30) days/);
});

test("a project's key manages its tenants' keys, not its own kind", async ({ browser, world }) => {
  const project = await world.project("Not the admin");
  const full = await project.key("project", "full");
  await project.key("tenant", "read", "acme");
  const context = await browser.newContext({ baseURL: world.server.baseUrl });
  await signIn(context, world, full.key);
  const page = await context.newPage();
  await page.goto(`/p/${project.id}/keys`);
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).filter({ hasText: "project full" })).toContainText("You");
  await expect(page.getByRole("button", { name: /^Revoke/ })).toHaveCount(1);
  await page.getByRole("button", { name: "New key" }).click();
  await expect(page.getByRole("dialog").getByLabel("Tenant")).toBeVisible();
  await expect(page.getByRole("dialog").getByRole("radio", { name: "Publish" })).toHaveCount(0);
  await context.close();
});

test("the list is usable by everybody, on a phone too", async ({ page, world }) => {
  const project = await world.project("Usable keys");
  await project.key("project", "publish");
  await project.key("tenant", "read", "acme");
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`/p/${project.id}/keys`);
    await expect(rows(page)).toHaveCount(2);
    await expectAccessible(page, `keys at ${width}`);
    await expectNoSidewaysScroll(page, `keys at ${width}`);
  }
});
