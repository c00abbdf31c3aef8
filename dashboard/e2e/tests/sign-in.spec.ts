import type { Page } from "@playwright/test";
import type { World } from "../harness/world.js";
import { expectNowhere } from "../harness/secrets.js";
import { expect, signIn, test } from "../harness/test.js";

const COOKIE = "nuncio_session";

async function signInThroughThePage(page: Page, key: string): Promise<void> {
  await page.getByLabel("API key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function signedInAt(page: Page, world: World, path: string): Promise<void> {
  await signIn(page.context(), world);
  await page.goto(path);
}

test("a key that the server does not know is refused in words", async ({ page, watch }) => {
  watch.expects(401, /^\/v1\/session$/);
  await page.goto("/");
  await signInThroughThePage(page, "nk_admin_that_nobody_has_0123456789abcdef");
  await expect(page.getByRole("alert")).toContainText("Invalid key");
  expect(await page.context().cookies()).toEqual([]);
});

test("signing in sets a cookie that no script can read, and the key is nowhere in the browser", async ({ page, world }) => {
  const project = await world.project("Signed in");
  await page.goto(`/p/${project.id}`);
  await signInThroughThePage(page, world.server.adminKey);
  await expect(page.getByRole("navigation")).toBeVisible();
  const cookies = await page.context().cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ name: COOKIE, httpOnly: true, sameSite: "Strict", path: "/" });
  expect(cookies[0]!.value).not.toContain(world.server.adminKey);
  expect(await page.evaluate(() => document.cookie)).toBe("");
  await expectNowhere(page, world.server.adminKey, "after signing in");
  await expectNowhere(page, cookies[0]!.value, "after signing in");
});

test("signing in leads to the page that was asked for", async ({ page, world }) => {
  const project = await world.project("Deep link");
  await page.goto(`/p/${project.id}/settings`);
  await signInThroughThePage(page, world.server.adminKey);
  await expect(page).toHaveURL(new RegExp(`/p/${project.id}/settings$`));
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
});

test("signing out ends the session on the server too", async ({ page, world, playwright }) => {
  const project = await world.project("Signed out");
  await signedInAt(page, world, `/p/${project.id}`);
  const [cookie] = await page.context().cookies();
  await page.getByRole("button", { name: "Session" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  expect(await page.context().cookies()).toEqual([]);
  const thief = await playwright.request.newContext({ baseURL: world.server.baseUrl });
  const answer = await thief.get("/v1/session", { headers: { cookie: `${COOKIE}=${cookie!.value}` } });
  expect(answer.status()).toBe(401);
  await thief.dispose();
});

test("what was on the screen is gone after signing out, also on the way back", async ({ page, world }) => {
  const project = await world.project("Nothing left behind");
  await signedInAt(page, world, `/p/${project.id}`);
  await expect(page.getByText("Nothing left behind").first()).toBeVisible();
  await page.getByRole("button", { name: "Session" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goBack();
  await page.goForward();
  await expect(page.getByText("Nothing left behind")).toHaveCount(0);
});

test("a project's key leads to that project and shows no other", async ({ page, world }) => {
  await world.project("Somebody else's");
  const mine = await world.project("Mine alone");
  const { key } = await mine.key("project", "full");
  await page.goto("/");
  await signInThroughThePage(page, key);
  await expect(page).toHaveURL(new RegExp(`/p/${mine.id}$`));
  await expect(page.getByRole("banner")).toContainText("Mine alone");
  await expect(page.getByRole("button", { name: /^Project: / })).toHaveCount(0);
});

test("a revoked key's session ends with the next look", async ({ page, world, watch }) => {
  watch.expects(401, /^\/v1\//);
  const project = await world.project("Revoked");
  const { id, key } = await project.api.post<{ id: string; key: string }>("/v1/keys", { name: "app", kind: "project", scope: "full" });
  await page.goto("/");
  await signInThroughThePage(page, key);
  await expect(page.getByRole("navigation")).toBeVisible();
  await project.api.delete(`/v1/keys/${id}`);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("a page elsewhere on this machine can't act with the session", async ({ page, world, watch }) => {
  watch.expects(403, /^\/v1\/projects$/);
  watch.origins.push(new URL(world.receivers.url("")).origin);
  await signIn(page.context(), world);
  // The same site, as browsers see it: the cookie goes along, so the server must look at the origin.
  await page.goto(world.receivers.url("page/evil"));
  const answered = page.waitForResponse((response) => response.url() === `${world.server.baseUrl}/v1/projects`);
  await page.evaluate(async (url) => {
    const body = JSON.stringify({ name: "forged" });
    await fetch(url, { method: "POST", mode: "no-cors", credentials: "include", body }).catch(() => undefined);
  }, `${world.server.baseUrl}/v1/projects`);
  expect((await answered).status()).toBe(403);
  const { data } = await world.admin.get<{ data: { name: string }[] }>("/v1/projects?limit=250");
  expect(data.map(({ name }) => name)).not.toContain("forged");
});
