import type { Page } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import { type Endpoint, PATIENT_RETRY, type Project } from "../harness/project.js";
import { Steps } from "../harness/steps.js";
import { expect, signIn, test } from "../harness/test.js";
import { openPortal } from "../harness/portal.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

/** An endpoint whose receiver has failed once for each of so many events, which now wait for an hour. */
async function outage(project: Project, receiver: string, events: number): Promise<Endpoint> {
  const endpoint = await project.endpoint("acme", receiver, { description: "Billing", retry: PATIENT_RETRY });
  for (let n = 0; n < events; n++) await project.deliver("acme", "order.paid", { n }, "pending");
  return endpoint;
}

const banner = (page: Page) => page.getByRole("region", { name: "Waiting deliveries" });
const rows = (page: Page) => page.getByRole("table", { name: "Deliveries" }).locator("tbody").getByRole("row");

async function pending(project: Project): Promise<number> {
  return (await project.api.get<{ data: unknown[] }>("/v1/deliveries?status=pending")).data.length;
}

test("from the list of endpoints, everything that waits is flushed in two clicks", async ({ page, world }) => {
  const project = await world.project("Flushed");
  await outage(project, "503/flushed", 3);
  world.receivers.switch("503/flushed", 204);
  const steps = await Steps.of(page);
  await page.goto(`/p/${project.id}/endpoints`);
  await page.getByRole("main").getByRole("link", { name: "Billing" }).first().click();
  await expect(banner(page)).toContainText("3 deliveries are waiting");
  await expectAccessible(page, "the banner of what waits");
  await page.getByRole("button", { name: "Attempt all waiting now" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Attempting all waiting deliveries: done" })).toContainText("3 of 3");
  await expect.poll(() => pending(project)).toBe(0);
  expect(world.receivers.at("503/flushed")).toHaveLength(6);
  expect(steps.count).toBeLessThanOrEqual(2);
  await expect(banner(page)).toHaveCount(0);
});

test("without anything that waits there is no banner", async ({ page, world }) => {
  const project = await world.project("Well");
  const endpoint = await project.endpoint("acme", "ok/well");
  await project.deliver("acme", "order.paid", {}, "succeeded");
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}`);
  await expect(page.getByRole("group", { name: "Success rate" })).toContainText("100 %");
  await expect(banner(page)).toHaveCount(0);
});

test("Recover shows counts first, and has chosen what fits", async ({ page, world }) => {
  const project = await world.project("Counted first");
  const endpoint = await outage(project, "503/counted", 2);
  world.receivers.switch("503/counted", 204);
  await page.goto(`/p/${project.id}/endpoints/${endpoint.id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Recover events…" }).click();
  const dialog = page.getByRole("dialog", { name: "Recover events" });
  await expect(dialog.getByRole("radio", { name: /^Waiting deliveries 2$/ })).toBeChecked();
  await expect(dialog.getByRole("radio", { name: /^Dead deliveries 0$/ })).toBeVisible();
  await expect(dialog.getByRole("radio", { name: /^Events never sent 0$/ })).toBeVisible();
  await expectAccessible(page, "the recovery's counts");
  await dialog.getByText("Dead deliveries 0").click();
  await expect(dialog.getByRole("button", { name: "Recover", exact: true })).toBeDisabled();
  await dialog.getByText("Waiting deliveries 2").click();
  await dialog.getByRole("button", { name: "Recover", exact: true }).click();
  await expect(dialog.getByRole("status")).toContainText("Recovering: done");
  await expect.poll(() => pending(project)).toBe(0);
});

test("deliveries that wait are attempted from their list: those chosen, then all that match", async ({ page, world }) => {
  const project = await world.project("In bulk");
  await outage(project, "503/bulk", 4);
  await project.endpoint("beta", "500/dead");
  await project.deliver("beta", "order.lost", {}, "dead");
  world.receivers.switch("503/bulk", 204);
  await page.goto(`/p/${project.id}/deliveries`);
  await expect(rows(page)).toHaveCount(5);
  const waiting = rows(page).filter({ hasText: "order.paid" });
  await waiting.nth(0).getByRole("checkbox").check();
  await waiting.nth(1).getByRole("checkbox").check();
  await rows(page).filter({ hasText: "order.lost" }).getByRole("checkbox").check();
  const selected = page.getByRole("group", { name: "Selected deliveries" });
  await expect(selected.getByRole("status")).toHaveText("3 selected");
  await expect(selected.getByRole("button", { name: "Retry 1 dead" })).toBeVisible();
  await expectAccessible(page, "chosen deliveries");
  await selected.getByRole("button", { name: "Attempt 2 now" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Attempting waiting deliveries: done" })).toContainText("2 of 2");
  await expect(selected.getByRole("status")).toHaveText("1 selected");
  await selected.getByRole("button", { name: "Clear selection" }).click();
  await expect.poll(() => pending(project)).toBe(2);

  await page.goto(`/p/${project.id}/deliveries?type=order.paid`);
  await page.getByRole("button", { name: "Attempt all waiting now…" }).click();
  const dialog = page.getByRole("dialog", { name: "Attempt all waiting deliveries now?" });
  await expect(dialog).toContainText("2 waiting deliveries that match");
  await expect(dialog).toContainText("order.paid");
  await expectAccessible(page, "the question before all are attempted");
  await dialog.getByRole("button", { name: "Attempt now" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Attempting waiting deliveries: done" })).toContainText("2 of 2");
  await expect.poll(() => pending(project)).toBe(0);
});

test("on a phone, and in the portal, the banner is usable", async ({ page, world }) => {
  const project = await world.project("Customer's outage");
  const endpoint = await outage(project, "503/customer", 1);
  await page.setViewportSize({ width: 390, height: 844 });
  await openPortal(page, project, "acme", `/endpoints/${endpoint.id}`);
  await expect(banner(page)).toContainText("1 delivery is waiting");
  await expectAccessible(page, "the banner in the portal");
  await expectNoSidewaysScroll(page, "the banner in the portal");
});
