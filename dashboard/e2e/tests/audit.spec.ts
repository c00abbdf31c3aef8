import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

const rows = (page: Page) => page.getByRole("table", { name: "Audit log" }).locator("tbody").getByRole("row");

test("a change is written down: who, what, when, from where, and what it was before", async ({ page, world }) => {
  const project = await world.project("Audited");
  const endpoint = await project.endpoint("acme", "ok/audited", { description: "Before" });
  await project.api.patch(`/v1/endpoints/${endpoint.id}`, { description: "After" });
  await page.goto(`/p/${project.id}/audit`);
  const changed = rows(page).filter({ hasText: "Endpoint changed" });
  await expect(changed).toHaveCount(1);
  await expect(changed).toContainText("Admin key");
  await expect(changed).toContainText("127.0.0.1");
  await expect(changed).toContainText("description");
  await changed.getByRole("button", { name: /^Details/ }).click();
  const entry = page.getByRole("dialog", { name: "Endpoint changed" });
  await expect(entry).toContainText("through the API");
  await expect(entry.getByRole("group", { name: "Before" })).toHaveText("Before");
  await expect(entry.getByRole("group", { name: "After" })).toHaveText("After");
  await expectAccessible(page, "an entry of the audit log");
  await entry.getByRole("link", { name: endpoint.id }).click();
  await expect(page.getByRole("heading", { level: 1, name: "After" })).toBeVisible();
});

test("filters narrow the log, are in the address, and hold over a reload", async ({ page, world }) => {
  const project = await world.project("Audited by filter");
  await project.endpoint("acme", "ok/audit-filter");
  await project.api.put("/v1/tenants/beta", { name: "Beta" });
  await project.key("project", "read");
  await page.goto(`/p/${project.id}/audit`);
  await expect(rows(page).filter({ hasText: "Key created" })).toHaveCount(1);
  const action = page.getByLabel("Action").and(page.locator("input"));
  await action.fill("key.*");
  await action.press("Enter");
  await expect(page).toHaveURL(/action=key/);
  await expect(rows(page)).toHaveCount(1);
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Clear" }).click();
  const target = page.getByLabel("Target ID, uid or name").and(page.locator("input"));
  await target.fill("nothing-of-that-name");
  await target.press("Enter");
  await expect(page.getByText("No matches")).toBeVisible();
});

test("no secret and no key is in it", async ({ page, world }) => {
  const project = await world.project("Audited secrets");
  const endpoint = await project.endpoint("acme", "ok/audit-secret");
  const { secret } = await project.api.post<{ secret: string }>(`/v1/endpoints/${endpoint.id}/rotate-secret`);
  const made = await project.key("tenant", "read", "acme");
  await page.goto(`/p/${project.id}/audit`);
  const rotated = rows(page).filter({ hasText: "Endpoint secret rotated" });
  await rotated.getByRole("button", { name: /^Details/ }).click();
  await expect(page.getByRole("dialog")).toContainText("endpoint.rotate_secret");
  const shown = await page.content();
  for (const hidden of [secret, endpoint.secret, made.key]) expect(shown).not.toContain(hidden);
});

test("the log is usable by everybody, on a phone too", async ({ page, world }) => {
  const project = await world.project("Usable log");
  await project.endpoint("acme", "ok/usable-log");
  await project.key("project", "publish");
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`/p/${project.id}/audit`);
    await expect(rows(page).filter({ hasText: "Key created" })).toHaveCount(1);
    await expectAccessible(page, `the audit log at ${width}`);
    await expectNoSidewaysScroll(page, `the audit log at ${width}`);
  }
});
