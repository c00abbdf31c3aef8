import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

test("the built-in dialects are listed, and the project's own among them", async ({ page, world }) => {
  const project = await world.project("Listed", "ventryx");
  await page.goto(`/p/${project.id}/dialects`);
  const mine = page.getByRole("row").filter({ hasText: "This project" });
  await expect(mine).toHaveCount(1);
  await mine.getByRole("link").click();
  await expect(page).toHaveURL(/\/dialects\/ventryx$/);
});

test("the preview is the request that is sent, and follows what is typed", async ({ page, world }) => {
  const project = await world.project("Preview", "ventryx");
  await page.goto(`/p/${project.id}/dialects/ventryx`);
  const preview = page.getByRole("region", { name: "Preview", exact: true });
  await preview.getByLabel("Tenant").fill("acme");
  await preview.getByLabel("URL").fill("https://hooks.acme.example/in");
  await preview.getByLabel("Data").fill('{"run_id":"run_77","exact":1.10}');
  await expect(preview).toContainText("Ventryx-Signature");
  await expect(preview).toContainText("https://hooks.acme.example/in");
  await expect(preview.getByRole("group", { name: "Body" })).toContainText("run_77");
  await expect(preview.getByRole("group", { name: "Body" })).toContainText("1.10");
});

test("a receiver's program can be had in every language, with the dialect's own header in it", async ({ page, world }) => {
  const project = await world.project("Programs", "ventryx");
  await page.goto(`/p/${project.id}/dialects/ventryx`);
  const code = page.getByRole("region", { name: "Verification code" });
  await code.getByRole("combobox", { name: "Language" }).click();
  const languages = await page.getByRole("option").allTextContents();
  expect(languages.length).toBeGreaterThanOrEqual(6);
  await page.keyboard.press("Escape");
  for (const language of languages) {
    await code.getByRole("combobox", { name: "Language" }).click();
    await page.getByRole("option", { name: language, exact: true }).click();
    const byHand = code.getByText("Without a library", { exact: true });
    if (await byHand.isVisible()) await byHand.click();
    await expect(code.getByRole("group", { name: `Receiver in ${language}` })).toContainText(/ventryx.signature/i);
  }
});

test("a dialect of one's own: its mistakes are told by line, its preview is live, and it signs deliveries", async ({ page, world, watch }) => {
  watch.expects(422, /^\/v1\/dialects\/preview$/);
  const project = await world.project("Own dialect");
  await page.goto(`/p/${project.id}/dialects/~new?from=standard`);
  const file = page.getByLabel("Dialect (TOML)");
  const copied = await file.inputValue();
  await file.fill(copied.replace('name = "webhook-id"', 'nmae = "webhook-id"'));
  await expect(page.getByRole("button", { name: /^Line \d+/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Save dialect" })).toBeDisabled();
  await file.fill(copied.replace(/^name = .*$/m, 'name = "mine"').replaceAll('name = "webhook-id"', 'name = "x-mine-id"'));
  await expect(page.getByRole("region", { name: "Preview", exact: true })).toContainText("x-mine-id");
  await page.getByRole("button", { name: "Save dialect" }).click();
  await expect(page).toHaveURL(/\/dialects\/mine$/);
  await project.endpoint("acme", "ok/own-dialect", { dialect: "mine" });
  const event = (await project.deliver("acme", "order.paid", {}, "succeeded")).event;
  expect(world.receivers.at("ok/own-dialect")[0]!.headers["x-mine-id"]).toBe(event);
});
