import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import type { List } from "../harness/api.js";
import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

const url = (page: Page) => page.getByRole("textbox", { name: "URL" });
const tenant = (page: Page) => page.getByLabel("Tenant", { exact: false }).and(page.locator("input")).first();

interface Listed {
  id: string;
  url: string;
  events: string[];
  description: string | null;
}

test("three steps make it; then its secret once, the code and a test", async ({ page, world }) => {
  const project = await world.project("Added");
  for (const [name, group] of [
    ["order.paid", "Orders"],
    ["order.lost", "Orders"],
    ["user.left", "Users"],
  ]) {
    await project.api.put(`/v1/event-types/${name}`, { description: `When ${name}`, group });
  }
  await page.goto(`/p/${project.id}/endpoints/~new`);
  await expectAccessible(page, "the first step");
  await page.getByRole("button", { name: "Next: events" }).click();
  await expect(page.getByText("Enter a URL")).toBeVisible();
  await expect(page.getByText("Enter a tenant ID")).toBeVisible();

  await tenant(page).fill("acme");
  await url(page).fill("nonsense");
  await expect(url(page)).toHaveAttribute("aria-invalid", "true");
  await url(page).fill(world.receivers.url("ok/added"));
  await expect(page.getByText(/This URL can be used/)).toBeVisible();
  await page.getByLabel("Description").fill("Production");
  await page.getByRole("button", { name: "Next: events" }).click();

  await page.getByRole("radio", { name: "Selected events" }).check();
  await page.getByRole("button", { name: "Next: review" }).click();
  await expect(page.getByText("Choose at least one event, or all events")).toBeVisible();
  await page.getByRole("checkbox", { name: /order\.paid/ }).check();
  await expectAccessible(page, "the second step");
  await page.getByRole("button", { name: "Next: review" }).click();

  const main = page.getByRole("main");
  await expect(main).toContainText("order.paid");
  await expect(main).toContainText("acme");
  // Going back loses nothing.
  await page.getByRole("button", { name: "Change URL" }).click();
  await expect(url(page)).toHaveValue(world.receivers.url("ok/added"));
  await page.getByRole("button", { name: "Next: events" }).click();
  await page.getByRole("button", { name: "Next: review" }).click();
  await expectAccessible(page, "the third step");
  await page.getByRole("button", { name: "Add endpoint" }).click();

  await expect(page.getByRole("heading", { level: 1, name: "Endpoint added" })).toBeVisible();
  const secret = await page.getByLabel("Signing secret", { exact: true }).inputValue();
  expect(secret.length).toBeGreaterThan(20);
  await page.getByRole("button", { name: "I have saved it" }).click();
  await expect(page.getByText("It is not shown again.")).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  await expect(page.getByRole("combobox", { name: "Language" })).toBeVisible();
  await expectAccessible(page, "what comes after");

  await page.getByRole("button", { name: "Send test event" }).click();
  await expect(page.getByRole("region", { name: "Test result" })).toContainText("The endpoint accepted the test.");
  expect(world.receivers.at("ok/added")).toHaveLength(1);

  const { data } = await project.api.get<List<Listed>>("/v1/endpoints");
  expect(data).toMatchObject([{ url: world.receivers.url("ok/added"), events: ["order.paid"], description: "Production" }]);
  await page.getByRole("link", { name: "Go to the endpoint" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Production" })).toBeVisible();
});

test("a secret of one's own and a header go along; what the server refuses is said where it can be mended", async ({ page, world, watch }) => {
  const project = await world.project("Own secret");
  await page.goto(`/p/${project.id}/endpoints/~new?tenant=acme`);
  await url(page).fill(world.receivers.url("ok/own-secret"));
  await page.getByRole("button", { name: "Next: events" }).click();
  await page.getByRole("button", { name: "Next: review" }).click();
  await page.getByRole("button", { name: "Secret, channels, limits and headers" }).click();
  const own = page.getByLabel("Your own signing secret");
  await own.fill("short");
  await page.getByRole("button", { name: "Add a header" }).click();
  await page.getByRole("textbox", { name: "Header 1" }).fill("X-Team");
  await page.getByRole("textbox", { name: "Value 1" }).fill("billing");
  watch.expects(422, /^\/v1\/endpoints$/);
  await page.getByRole("button", { name: "Add endpoint" }).click();
  await expect(own).toHaveAttribute("aria-invalid", "true");
  await own.fill("a-secret-of-my-own-42");
  await page.getByRole("button", { name: "Add endpoint" }).click();
  await expect(page.getByLabel("Signing secret", { exact: true })).toHaveValue("a-secret-of-my-own-42");
  await page.getByRole("button", { name: "Send test event" }).click();
  await expect(page.getByRole("region", { name: "Test result" })).toContainText("The endpoint accepted the test.");
  expect(world.receivers.at("ok/own-secret")[0]?.headers["x-team"]).toBe("billing");
});

test("on a phone every step fits", async ({ page, world }) => {
  const project = await world.project("Added by phone");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/p/${project.id}/endpoints/~new?tenant=acme`);
  await url(page).fill(`https://example.com/${"a-long-path/".repeat(12)}`);
  await expectNoSidewaysScroll(page, "the first step");
  await page.getByRole("button", { name: "Next: events" }).click();
  await expectNoSidewaysScroll(page, "the second step");
  await page.getByRole("button", { name: "Next: review" }).click();
  await page.getByRole("button", { name: "Secret, channels, limits and headers" }).click();
  await expectNoSidewaysScroll(page, "the third step");
  await expectAccessible(page, "the third step, unfolded");
});
