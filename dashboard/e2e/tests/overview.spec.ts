import type { Page } from "@playwright/test";
import { QUICK_RETRY } from "../harness/project.js";
import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

/** One of the numbers at the top. */
const tile = (page: Page, name: string) => page.getByRole("group", { name, exact: true });

test("a new project is told how to begin, with a request that publishes an event", async ({ page, world }) => {
  const project = await world.project("New");
  await page.goto(`/p/${project.id}`);
  const start = page.getByRole("region", { name: "Get started" });
  await expect(start.getByRole("link", { name: "Add an endpoint" })).toBeVisible();
  await expect(start.getByRole("group", { name: "Publish an event" })).toContainText(`curl ${world.server.baseUrl}/v1/events`);
});

test("the numbers are those of what happened", async ({ page, world }) => {
  const project = await world.project("Counted");
  await project.endpoint("acme", "ok/counted");
  await project.endpoint("beta", "500/counted", { retry: QUICK_RETRY });
  await project.deliver("acme", "order.paid", { n: 1 }, "succeeded");
  await project.deliver("acme", "order.paid", { n: 2 }, "succeeded");
  await project.deliver("beta", "order.paid", { n: 3 }, "dead");
  await page.goto(`/p/${project.id}`);
  // Two succeeded at once; the third failed three times.
  await expect(tile(page, "Success rate")).toContainText("3 of 5 attempts failed");
  await expect(tile(page, "Success rate")).toContainText("40");
  await expect(tile(page, "Dead letters")).toContainText("1 in the last hour");
  await expect(tile(page, "Events per second")).toContainText("3 in the last hour");
  await expect(tile(page, "Endpoints with problems")).toContainText("of 2");
  await expect(tile(page, "Latency")).toContainText("p99");
});

test("what happens while one looks appears by itself", async ({ page, world }) => {
  const project = await world.project("Live");
  await project.endpoint("acme", "ok/live");
  await project.deliver("acme", "order.paid", { n: 1 }, "succeeded");
  await page.goto(`/p/${project.id}`);
  await expect(tile(page, "Events per second")).toContainText("1 in the last hour");
  await project.deliver("acme", "order.paid", { n: 2 }, "succeeded");
  await expect(tile(page, "Events per second")).toContainText("2 in the last hour");
});

test("an endpoint that fails is listed with its reason and leads to its page", async ({ page, world }) => {
  const project = await world.project("Trouble");
  await project.endpoint("acme", "ok/trouble", { description: "Healthy one" });
  const failing = await project.endpoint("beta", "503/trouble", { description: "Failing one" });
  for (let n = 0; n < 5; n++) await project.publish("beta", "order.paid", { n });
  await page.goto(`/p/${project.id}`);
  const row = page.getByRole("table", { name: "Endpoints with problems" }).getByRole("row", { name: /Failing one/ });
  await expect(row).toContainText(/Failing|Paused after failures/);
  await expect(page.getByText("Healthy one")).toHaveCount(0);
  await row.getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(`/endpoints/${failing.id}$`));
});

test("every chart can be read as a table", async ({ page, world }) => {
  const project = await world.project("Charts");
  await project.endpoint("acme", "ok/charts");
  await project.deliver("acme", "order.paid", { n: 1 }, "succeeded");
  await page.goto(`/p/${project.id}?range=24h`);
  await page.getByRole("button", { name: "Events by hour: show as a table" }).click();
  const cells = page.getByRole("group", { name: "Events by hour, as a table" }).getByRole("cell");
  await expect.poll(async () => (await cells.allTextContents()).reduce((sum, cell) => sum + (Number(cell) || 0), 0)).toBe(1);
});

test("a span is part of the address", async ({ page, world }) => {
  const project = await world.project("Span");
  await project.endpoint("acme", "ok/span");
  await project.deliver("acme", "order.paid", { n: 1 }, "succeeded");
  await page.goto(`/p/${project.id}`);
  await page.getByText("7 days").click();
  await expect(page).toHaveURL(/range=7d/);
  await page.reload();
  await expect(page.getByRole("radio", { name: "7 days" })).toBeChecked();
  await expect(tile(page, "Events per second")).toContainText("1 in the last 7 days");
});
