// A secret is shown at the moment that it is made, and is nowhere in the page from then on.
import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { allowClipboard, clipboard } from "../harness/clipboard.js";
import { expectNowhere } from "../harness/secrets.js";
import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

/** Reads a secret from its box, copies it, and says that it was kept; gives it. */
async function keep(page: Page, label: string): Promise<string> {
  const box = page.getByRole("group", { name: `${label}, shown once` });
  const secret = await box.getByLabel(label, { exact: true }).inputValue();
  await box.getByRole("button", { name: "Copy" }).click();
  await expect(box.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await clipboard(page)).toBe(secret);
  await box.getByRole("button", { name: "Done" }).click();
  await expect(box).toHaveCount(0);
  return secret;
}

/** Leaves the page, comes back each way that a browser knows, and looks every time. */
async function expectNowhereFromNowOn(page: Page, secret: string): Promise<void> {
  await expectNowhere(page, secret, "after it was kept");
  await page.getByRole("navigation", { name: "Project" }).getByRole("link", { name: "Events", exact: true }).click();
  await expectNowhere(page, secret, "on another page");
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectNowhere(page, secret, "on the way back");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectNowhere(page, secret, "after loading it again");
}

test("a rotated signing secret is shown once, and signs", async ({ page, world }) => {
  await allowClipboard(page);
  const project = await world.project("Rotated");
  const endpoint = await project.endpoint("acme", "ok/rotated");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Rotate secret…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Rotate secret" }).click();
  const secret = await keep(page, "Signing secret");
  expect(secret).toMatch(/^whsec_/);
  expect(secret).not.toBe(endpoint.secret);
  await expectNowhereFromNowOn(page, secret);
  expect(JSON.stringify(await project.api.get(`/v1/endpoints/${endpoint.id}`))).not.toContain(secret);

  await project.deliver("acme", "order.paid", {}, "succeeded");
  const { headers, body } = world.receivers.at("ok/rotated")[0]!;
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  expect(String(headers["webhook-signature"]).split(" ")).toContain(expected);
});

test("a new key is shown once, works, and stops working when it is revoked", async ({ page, world }) => {
  await allowClipboard(page);
  const project = await world.project("Keys");
  await page.goto(`/p/${project.id}/keys`);
  await page.getByRole("button", { name: "New key" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New key" });
  await dialog.getByLabel("Name").fill("Checkout service");
  await dialog.getByRole("button", { name: "Create key" }).click();
  const key = await keep(page, "API key");
  expect(key).toMatch(/^nk_proj_/);
  await expectNowhereFromNowOn(page, key);
  const used = () => fetch(`${world.server.baseUrl}/v1/session`, { headers: { authorization: `Bearer ${key}` } });
  expect((await used()).status).toBe(200);

  await page.getByRole("button", { name: /^Revoke Checkout service/ }).click();
  await page.getByRole("dialog", { name: "Revoke this key?" }).getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText("Checkout service")).toHaveCount(0);
  expect((await used()).status).toBe(401);
});

test("a secret that was not kept yet can't be lost by a click beside it or by Escape", async ({ page, world }) => {
  const project = await world.project("Not lost");
  const endpoint = await project.endpoint("acme", "ok/not-lost");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Rotate secret…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Rotate secret" }).click();
  const secret = page.getByLabel("Signing secret", { exact: true });
  await expect(secret).toBeVisible();
  await page.keyboard.press("Escape");
  await page.mouse.click(5, 400);
  await expect(secret).toBeVisible();
});
