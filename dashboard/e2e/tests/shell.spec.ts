import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

test("another project is two clicks away", async ({ page, world }) => {
  const [first, second] = [await world.project("First of two"), await world.project("Second of two")];
  await page.goto(`/p/${first.id}`);
  await page.getByRole("button", { name: "Project: First of two" }).click();
  await page.getByRole("menuitem", { name: /Second of two/ }).click();
  await expect(page).toHaveURL(new RegExp(`/p/${second.id}$`));
  await expect(page.getByRole("button", { name: "Project: Second of two" })).toBeVisible();
});

test("the beginning leads to the project that was looked at last", async ({ page, world }) => {
  const project = await world.project("Looked at last");
  await world.project("Made after it");
  await page.goto(`/p/${project.id}`);
  await expect(page.getByRole("button", { name: "Project: Looked at last" })).toBeVisible();
  await page.goto("/");
  await expect(page).toHaveURL(new RegExp(`/p/${project.id}$`));
});

test("a project is made with a name and a dialect, and opens", async ({ page, world }) => {
  await world.project("There already");
  await page.goto("/projects");
  await page.getByRole("button", { name: "New project" }).click();
  await page.getByLabel("Name").fill("Made by hand");
  await page.getByRole("combobox", { name: "Dialect" }).fill("ventryx");
  await page.getByRole("option", { name: /ventryx/i }).click();
  await page.getByRole("button", { name: "Create project" }).click();
  await expect(page.getByRole("button", { name: "Project: Made by hand" })).toBeVisible();
  const id = new URL(page.url()).pathname.split("/")[2]!;
  expect(await world.admin.get(`/v1/projects/${id}`)).toMatchObject({ name: "Made by hand", dialect: "ventryx" });
});

test("a chosen colour scheme stays over a reload", async ({ page, world }) => {
  const project = await world.project("Dark");
  const scheme = page.locator("html");
  await page.goto(`/p/${project.id}`);
  await expect(scheme).toHaveAttribute("data-mantine-color-scheme", "light");
  await page.getByRole("button", { name: /^Colours/ }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(scheme).toHaveAttribute("data-mantine-color-scheme", "dark");
  await page.reload();
  await expect(scheme).toHaveAttribute("data-mantine-color-scheme", "dark");
});

test("an address that leads nowhere says so and leads back", async ({ page, world, watch }) => {
  watch.expects(404, /^\/v1\/session$/);
  const project = await world.project("Somewhere");
  await page.goto(`/p/${project.id}/no-such-screen`);
  await expect(page.getByRole("heading", { name: /page not found/i }).first()).toBeVisible();
  await page.goto("/p/proj_00000000000000000000000000");
  await expect(page.getByRole("heading", { name: /project not found/i }).first()).toBeVisible();
  await page.getByRole("link", { name: "Go to your projects" }).click();
  await expect(page).toHaveURL(new RegExp(`/p/${project.id}$|/projects$`));
});

test("the first thing that the keyboard reaches skips the navigation", async ({ page, world }) => {
  const project = await world.project("By keyboard");
  await page.goto(`/p/${project.id}`);
  await expect(page.getByRole("navigation")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("on a phone the navigation unfolds, and folds away when it has led somewhere", async ({ page, world }) => {
  const project = await world.project("On a phone");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/p/${project.id}`);
  const navigation = page.getByRole("navigation");
  await expect(page.getByRole("button", { name: "Open navigation" })).toBeVisible();
  await expect(navigation).toBeHidden();
  await page.getByRole("button", { name: "Open navigation" }).click();
  await navigation.getByRole("link", { name: "Settings" }).click();
  await expect(page).toHaveURL(/\/settings$/);
  await expect(navigation).toBeHidden();
});
