// A dialect's file while it is written, the exact request that it makes, and the page for customers that comes of it.
import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

const file = (page: Page) => page.getByRole("textbox", { name: "Dialect (TOML)" });
const request = (page: Page) => page.getByRole("region", { name: "The request" });

test("the request of any event is shown as it would go out", async ({ page, world }) => {
  const project = await world.project("Preview", "grantiva");
  await page.goto(`/p/${project.id}/dialects`);
  await page.getByRole("link", { name: "Grantiva" }).click();
  await expect(request(page)).toContainText("X-Grantiva-Signature");
  await page.getByRole("combobox", { name: "Event type" }).fill("device.new");
  await page.getByRole("textbox", { name: "Data" }).fill('{"risk_score": 1.0}');
  await page.getByRole("textbox", { name: "Secret" }).fill("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  await page.getByRole("button", { name: "As sent" }).click();
  // The dialect's canonical form, not what was typed.
  await expect(page.getByRole("group", { name: "Body" })).toHaveText('{"event":"device.new","data":{"risk_score":1}}');
  await expectAccessible(page, "a dialect");
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page, "a dialect on a phone");
});

test("a number that the dialect would alter is refused where it was typed", async ({ page, world, watch }) => {
  watch.expects(422, /^\/v1\/dialects\/preview$/);
  const project = await world.project("Lossy", "grantiva");
  await page.goto(`/p/${project.id}/dialects/grantiva`);
  await page.getByRole("textbox", { name: "Data" }).fill('{\n"n": 12345678901234567890}');
  await expect(page.getByText(/Line 2 \/n /)).toBeVisible();
});

test("an own dialect begins as a copy, names the line of a fault, and is saved once it is right", async ({ page, world, watch }) => {
  watch.expects(422, /^\/v1\/dialects\//);
  const project = await world.project("Own", "ventryx");
  await page.goto(`/p/${project.id}/dialects/ventryx`);
  await page.getByRole("link", { name: "Copy to edit" }).click();
  await expect(page.getByText("The file is valid.")).toBeVisible();
  const source = await file(page).inputValue();
  expect(source).toContain('name = "my-ventryx"');
  const lines = source.replace('grammar = "bare"', 'grammar = "bear"');
  await file(page).fill(lines);
  const line = lines.split("\n").findIndex((text) => text.includes("bear")) + 1;
  const go = page.getByRole("button", { name: `Line ${line}`, exact: true });
  await expect(go).toBeVisible();
  await expect(page.getByRole("button", { name: "Save dialect" })).toBeDisabled();
  await expectAccessible(page, "a dialect with a fault");
  await go.click();
  expect(await file(page).evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd))).toBe(
    'grammar = "bear"',
  );
  await file(page).fill(source.replaceAll("Ventryx-Signature", "X-Own-Signature"));
  await expect(request(page)).toContainText("X-Own-Signature");
  await page.getByRole("button", { name: "Save dialect" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "My Ventryx" })).toBeVisible();
  const stored = await project.api.get<{ builtin: boolean; source: string }>("/v1/dialects/my-ventryx");
  expect([stored.builtin, stored.source.includes("X-Own-Signature")]).toEqual([false, true]);
});

test("the page for customers is drawn without any HTML of its own", async ({ page, world }) => {
  const project = await world.project("Guide", "ventryx");
  await project.api.put("/v1/event-types/evil.type", { description: "<img src=x onerror=window.pwned=1> [x](javascript:alert(1))" });
  await page.goto(`/p/${project.id}/guide`);
  await expect(page.getByRole("heading", { level: 2, name: "Verifying" })).toBeVisible();
  await expect(page.getByText("<img src=x onerror=window.pwned=1>", { exact: false }).first()).toBeVisible();
  expect(await page.locator("main img, main a[href^='javascript']").count()).toBe(0);
  await page.getByRole("button", { name: "Retries" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Retries" })).toBeFocused();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download as HTML" }).click();
  expect((await download).suggestedFilename()).toBe("webhooks.html");
  await expectAccessible(page, "the documentation");
});

test("an earlier version of an own dialect's file can be seen", async ({ page, world }) => {
  const project = await world.project("Versions");
  const { source } = await project.api.get<{ source: string }>("/v1/dialects/ventryx");
  const own = source.replace('name = "ventryx"', 'name = "mine"');
  await project.api.put("/v1/dialects/mine", { source: `# the first\n${own}` });
  await page.goto(`/p/${project.id}/dialects/mine`);
  const shown = page.getByRole("group", { name: "mine.toml" });
  await expect(shown).toContainText("# the first");
  await expect(page.getByRole("combobox", { name: "Version" })).toHaveCount(0);
  await project.api.put("/v1/dialects/mine", { source: `# the second\n${own}` });
  await page.reload();
  await expect(shown).toContainText("# the second");
  await page.getByRole("combobox", { name: "Version" }).selectOption("1");
  await expect(shown).toContainText("# the first");
});
