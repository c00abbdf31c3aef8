import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import type { List } from "../harness/api.js";
import { allowClipboard, clipboard } from "../harness/clipboard.js";
import type { Delivery } from "../harness/project.js";
import { expect, signIn, test } from "../harness/test.js";
import { eventually } from "../harness/wait.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

const rows = (page: Page) => page.getByRole("table", { name: "Endpoints" }).locator("tbody").getByRole("row");

/** Opens one of the dialogs behind "More actions". */
async function act(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

test("each is listed with its state and how it does; a tenant narrows the list, in the address", async ({ page, world }) => {
  const project = await world.project("Listed");
  await project.endpoint("acme", "ok/listed", { description: "Billing" });
  await project.endpoint("beta", "500/listed", { description: "Broken" });
  await project.deliver("acme", "order.paid", {}, "succeeded");
  await project.deliver("beta", "order.paid", {}, "dead");
  await page.goto(`/p/${project.id}/endpoints`);
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).filter({ hasText: "Billing" })).toContainText("100 %");
  await expect(rows(page).filter({ hasText: "Broken" })).toContainText("0 %");
  const tenant = page.getByRole("combobox", { name: "Tenant" }).or(page.getByRole("textbox", { name: "Tenant" })).first();
  await tenant.fill("beta");
  await tenant.press("Enter");
  await expect(page).toHaveURL(/tenant=beta/);
  await expect(rows(page)).toHaveCount(1);
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("link", { name: /Broken/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Broken" })).toBeVisible();
});

test("without endpoints, the page says what to do", async ({ page, world }) => {
  const project = await world.project("None yet");
  await page.goto(`/p/${project.id}/endpoints`);
  await expect(page.getByText("No endpoints yet")).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: "Add endpoint" }).last().click();
  await expect(page.getByRole("heading", { level: 1, name: "Add endpoint" })).toBeVisible();
});

test("its health, deliveries and event log are a tab each, which a link can lead to", async ({ page, world }) => {
  const project = await world.project("Tabs");
  const endpoint = await project.endpoint("acme", "ok/tabs", { description: "Tabs" });
  await project.deliver("acme", "order.paid", {}, "succeeded");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}`);
  await expect(page.getByRole("group", { name: "Success rate" })).toContainText("100 %");
  await expect(page.getByRole("heading", { name: "Right now" })).toBeVisible();
  const tabs = page.getByRole("navigation", { name: "Endpoint pages" });
  await tabs.getByRole("link", { name: "Deliveries" }).click();
  await expect(page.getByRole("table", { name: "Deliveries to this endpoint" }).locator("tbody").getByRole("row")).toHaveCount(1);
  await expect(tabs.getByRole("link", { name: "Deliveries" })).toHaveAttribute("aria-current", "page");
  await expect(tabs.getByRole("link", { name: "Health" })).not.toHaveAttribute("aria-current", "page");
  await page.reload();
  await expect(page.getByRole("table", { name: "Deliveries to this endpoint" })).toBeVisible();
  await tabs.getByRole("link", { name: "Event log" }).click();
  await expect(page.getByRole("table", { name: "Events of this endpoint" })).toContainText("order.paid");
});

test("settings change what was changed, and nothing else", async ({ page, world }) => {
  const project = await world.project("Changed");
  const endpoint = await project.endpoint("acme", "ok/changed", { description: "Before", headers: { "X-Kept": "1" }, rate_limit: 7 });
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}?tab=settings`);
  const save = page.getByRole("button", { name: "Save endpoint" });
  await expect(save).toBeDisabled();
  await page.getByLabel("Description").fill("After");
  await page.getByRole("radio", { name: "Selected events" }).check();
  const others = page.getByRole("textbox", { name: "Other types and patterns" }).or(page.getByRole("combobox", { name: "Other types and patterns" })).first();
  await others.fill("order.*");
  await others.press("Enter");
  await save.click();
  await expect(page.getByText("Endpoint saved")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "After" })).toBeVisible();
  const now = await project.api.get<Record<string, unknown>>(`/v1/endpoints/${endpoint.id}`);
  expect(now).toMatchObject({ description: "After", events: ["order.*"], rate_limit: 7 });
  expect(Object.keys(now.headers as object)).toEqual(["X-Kept"]);
});

test("a URL that may not be used is refused while it is typed, and said at its field when it is saved", async ({ page, world }) => {
  const project = await world.project("Refused URL");
  const endpoint = await project.endpoint("acme", "ok/refused");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}?tab=settings`);
  await page.getByRole("textbox", { name: "URL" }).fill("ftp://example.com/x");
  await expect(page.getByRole("textbox", { name: "URL" })).toHaveAttribute("aria-invalid", "true");
});

test("paused, it keeps what comes; enabled, it gets it", async ({ page, world }) => {
  const project = await world.project("Paused");
  const endpoint = await project.endpoint("acme", "ok/paused");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}`);
  await act(page, "Pause…");
  await page.getByRole("dialog", { name: "Pause this endpoint?" }).getByRole("button", { name: "Pause endpoint" }).click();
  await expect(page.getByText("Paused.", { exact: true })).toBeVisible();
  const event = await project.publish("acme", "order.paid", {});
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByText("Paused.", { exact: true })).toHaveCount(0);
  await project.delivered(event, "succeeded");
});

test("a test event shows the answer in place, good or bad", async ({ page, world }) => {
  const project = await world.project("Tested");
  const endpoint = await project.endpoint("acme", "ok/tested");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}`);
  await page.getByRole("button", { name: "Send test event" }).click();
  const drawer = page.getByRole("dialog", { name: "Send a test event" });
  await drawer.getByRole("button", { name: "Send test event" }).click();
  const result = drawer.getByRole("region", { name: "Test result" });
  await expect(result).toContainText("The endpoint accepted the test.");
  await expect(result).toContainText("200");
  await expect(result).toContainText("received");
  await expectAccessible(page, "a test's result");
  world.receivers.switch("ok/tested", 503);
  await drawer.getByRole("button", { name: "Send another" }).click();
  await expect(result).toContainText("503");
  await expect(result).toContainText("the receiver answers 503");
});

test("a rotated secret is shown once, and nowhere afterwards", async ({ page, world }) => {
  await allowClipboard(page);
  const project = await world.project("Rotated");
  const endpoint = await project.endpoint("acme", "ok/rotated");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}`);
  await act(page, "Rotate secret…");
  await page.getByRole("dialog", { name: "Rotate the signing secret" }).getByRole("button", { name: "Rotate secret" }).click();
  const dialog = page.getByRole("dialog", { name: "The new signing secret" });
  await expect(dialog).toContainText("both secrets");
  const secret = await dialog.getByLabel("Signing secret", { exact: true }).inputValue();
  expect(secret).not.toBe(endpoint.secret);
  await dialog.getByRole("button", { name: "Copy" }).click();
  await expect.poll(() => clipboard(page)).toBe(secret);
  // Neither a click beside it nor Escape may lose it.
  await page.keyboard.press("Escape");
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await page.content()).not.toContain(secret);
});

test("what died is recovered by a job, with its progress", async ({ page, world }) => {
  const project = await world.project("Recovered");
  const endpoint = await project.endpoint("acme", "500/recovered");
  const first = await project.deliver("acme", "order.paid", {}, "dead");
  world.receivers.switch("500/recovered", 204);
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}`);
  await act(page, "Recover events…");
  const dialog = page.getByRole("dialog", { name: "Recover events" });
  await expectAccessible(page, "the recovery's question");
  await dialog.getByRole("button", { name: "Recover", exact: true }).click();
  await expect(dialog.getByRole("status")).toContainText("Recovering: done");
  await eventually("the dead delivery succeeded", async () => {
    const { status } = await project.api.get<Delivery>(`/v1/deliveries/${first.id}`);
    return status === "succeeded";
  });
});

test("deleting wants its word, and then it is gone", async ({ page, world }) => {
  const project = await world.project("Deleted");
  const endpoint = await project.endpoint("acme", "ok/deleted");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}`);
  await act(page, "Delete…");
  const dialog = page.getByRole("dialog", { name: "Delete this endpoint?" });
  await expect(dialog.getByRole("button", { name: "Delete endpoint" })).toBeDisabled();
  await dialog.getByRole("textbox").fill("delete");
  await dialog.getByRole("button", { name: "Delete endpoint" }).click();
  await expect(page).toHaveURL(/\/endpoints$/);
  await expect(page.getByText("No endpoints yet")).toBeVisible();
  expect((await project.api.get<List<unknown>>("/v1/endpoints")).data).toEqual([]);
});

test("a key that only reads sees it, and can change nothing", async ({ browser, world }) => {
  const project = await world.project("Only seen");
  const endpoint = await project.endpoint("acme", "ok/only-seen", { description: "Seen" });
  const reader = await project.key("project", "read");
  const context = await browser.newContext({ baseURL: world.server.baseUrl });
  await signIn(context, world, reader.key);
  const page = await context.newPage();
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}?tab=settings`);
  await expect(page.getByRole("heading", { level: 1, name: "Seen" })).toBeVisible();
  await expect(page.getByLabel("Description")).toBeDisabled();
  await expect(page.getByRole("button", { name: /Save|Send test event|More actions/ })).toHaveCount(0);
  await page.goto(`/p/${project.id}/endpoints/~new`);
  await expect(page.getByText("This key is read-only")).toBeVisible();
  await context.close();
});

test("what a stranger wrote in a URL or description is only text", async ({ page, world }) => {
  const project = await world.project("Strange");
  const endpoint = await project.endpoint("acme", "ok/strange?a=<script>", { description: '"><img src=x onerror=window.pwned=1>' });
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("<img src=x");
  expect(await page.evaluate(() => "pwned" in window)).toBe(false);
});

test("list and screen are usable by everybody, on a phone too", async ({ page, world }) => {
  const project = await world.project("Usable endpoints");
  const endpoint = await project.endpoint("acme", `ok/${"long".repeat(30)}`, { description: "A rather long name for an endpoint of somebody" });
  await project.deliver("acme", "order.paid", {}, "succeeded");
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`/p/${project.id}/endpoints`);
    await expect(rows(page)).toHaveCount(1);
    await expect(rows(page)).toContainText("100 %");
    await expectAccessible(page, `endpoints at ${width}`);
    await expectNoSidewaysScroll(page, `endpoints at ${width}`);
    for (const tab of ["health", "settings", "events", "deliveries"]) {
      await page.goto(`/p/${project.id}/endpoints/${endpoint.id}?tab=${tab}`);
      await expect(page.getByRole("heading", { level: 1 })).toContainText("rather long");
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      await expectAccessible(page, `${tab} of an endpoint at ${width}`);
      await expectNoSidewaysScroll(page, `${tab} of an endpoint at ${width}`);
    }
  }
});
