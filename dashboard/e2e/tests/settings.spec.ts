import type { Page } from "@playwright/test";
import { Api } from "../harness/api.js";
import { expect, signIn, test } from "../harness/test.js";

interface Settings {
  name: string;
  dialect: string;
  policy: { timeout_ms: number; retry: unknown; portal_origins: string[] };
  branding: { accent: string | null; logo: string | null; name: string | null };
}

const group = (page: Page, name: string) => page.getByRole("group", { name, exact: true });
/** A PNG of one pixel. */
const LOGO = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

test("a new name is saved, and shows in the bar", async ({ page, world }) => {
  const project = await world.project("Old name");
  await signIn(page.context(), world);
  await page.goto(`/p/${project.id}/settings`);
  const save = page.getByRole("button", { name: "Save general" });
  await expect(save).toBeDisabled();
  await group(page, "General").getByLabel("Name").fill("New name");
  await save.click();
  await expect(page.getByRole("button", { name: "Project: New name" })).toBeVisible();
  expect(await project.api.get<Settings>(`/v1/projects/${project.id}`)).toMatchObject({ name: "New name" });
});

test("a value that the server refuses is said at its field, and nothing is saved", async ({ page, world, watch }) => {
  watch.expects(422, /^\/v1\/projects\//);
  const project = await world.project("Refused");
  await signIn(page.context(), world);
  await page.goto(`/p/${project.id}/settings`);
  const before = await project.api.get<Settings>(`/v1/projects/${project.id}`);
  const timeout = page.getByLabel("Attempt timeout");
  await timeout.fill("999999999");
  await page.getByRole("button", { name: "Save delivery policy" }).click();
  await expect(timeout).toHaveAttribute("aria-invalid", "true");
  expect((await project.api.get<Settings>(`/v1/projects/${project.id}`)).policy).toEqual(before.policy);
});

test("a timeout is saved without touching the rest of the policy", async ({ page, world }) => {
  const project = await world.project("Timeout", "ventryx");
  await signIn(page.context(), world);
  await page.goto(`/p/${project.id}/settings`);
  const before = await project.api.get<Settings>(`/v1/projects/${project.id}`);
  await page.getByLabel("Attempt timeout").fill("7500");
  await page.getByRole("button", { name: "Save delivery policy" }).click();
  await expect(page.getByText("Delivery policy saved")).toBeVisible();
  const after = await project.api.get<Settings>(`/v1/projects/${project.id}`);
  expect(after.policy).toEqual({ ...before.policy, timeout_ms: 7500 });
});

test("the limits of tenants are saved, and a tenant's key meets them", async ({ page, world }) => {
  const project = await world.project("Limited");
  await signIn(page.context(), world);
  await page.goto(`/p/${project.id}/settings`);
  const before = await project.api.get<Settings>(`/v1/projects/${project.id}`);
  await page.getByLabel("Attempts per delivery").fill("3");
  await page.getByLabel("Shortest retry delay").fill("60");
  await page.getByRole("button", { name: "Save delivery policy" }).click();
  await expect(page.getByText("Delivery policy saved")).toBeVisible();
  const after = await project.api.get<Settings>(`/v1/projects/${project.id}`);
  expect(after.policy).toEqual({ ...before.policy, tenant_attempts_max: 3, tenant_delay_s_min: 60 });
  const tenant = await project.key("tenant", "full", "acme");
  const withRetry = (delays_s: number[]) => tenant.status("POST", "/v1/endpoints", { url: project.receiverUrl("ok/limited"), events: ["*"], retry: { delays_s } });
  expect(await withRetry([0, 60, 60, 60])).toBe(422);
  expect(await withRetry([0, 30])).toBe(422);
  expect(await withRetry([0, 60])).toBe(201);
});

test("the portal gets its accent and its logo", async ({ page, world }) => {
  const project = await world.project("Branded");
  await signIn(page.context(), world);
  await page.goto(`/p/${project.id}/settings`);
  await page.getByLabel("Accent colour").fill("#0f766e");
  await page.locator('input[type="file"]').setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: LOGO });
  await page.getByRole("button", { name: "Save portal" }).click();
  await expect(page.getByText("Portal saved")).toBeVisible();
  const { branding } = await project.api.get<Settings>(`/v1/projects/${project.id}`);
  expect(branding).toEqual({ accent: "#0f766e", logo: `data:image/png;base64,${LOGO.toString("base64")}`, name: null });
});

test("a project is deleted only after its name was typed", async ({ page, world }) => {
  const project = await world.project("Short-lived");
  await world.project("Survivor");
  await signIn(page.context(), world);
  await page.goto(`/p/${project.id}/settings`);
  await page.getByRole("button", { name: "Delete project…" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete Short-lived?" });
  await dialog.getByRole("textbox").fill("Survivor");
  await expect(dialog.getByRole("button", { name: "Delete project" })).toBeDisabled();
  await dialog.getByRole("textbox").fill("Short-lived");
  await dialog.getByRole("button", { name: "Delete project" }).click();
  await expect(page).toHaveURL(/\/projects$/);
  expect(await world.admin.status("GET", `/v1/projects/${project.id}`)).toBe(404);
});

test("a project's key sees the settings and can't change them", async ({ page, world }) => {
  const project = await world.project("Looked at");
  const { key } = await project.key("project", "full");
  await signIn(page.context(), world, key);
  await page.goto(`/p/${project.id}/settings`);
  await expect(group(page, "General").getByLabel("Name")).toBeDisabled();
  await expect(page.getByRole("button", { name: /^Save / })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Delete project…" })).toHaveCount(0);
  expect(await new Api(world.server.baseUrl, key).status("PATCH", `/v1/projects/${project.id}`, { name: "x" })).toBe(403);
});
