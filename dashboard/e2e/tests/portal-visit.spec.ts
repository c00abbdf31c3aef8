// What a customer's people do in the portal, and how the page around it may shape it.
import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import { openPortal, portalLink } from "../harness/portal.js";
import { expect, test } from "../harness/test.js";

test("a session ends on time, and what was seen in it is gone", async ({ page, world }) => {
  const project = await world.project("On time");
  await project.endpoint("acme", "ok/on-time", { description: "Our billing" });
  await page.clock.install();
  await openPortal(page, project, "acme");
  await expect(page.getByText("Our billing")).toBeVisible();
  await page.clock.fastForward("01:00:01");
  await expect(page.getByText("This session has ended")).toBeVisible();
  await expect(page.getByText("Our billing")).toHaveCount(0);
  await expectAccessible(page, "a portal that has ended");
});

test("the host says whether it is light or dark, and then the reader is not asked", async ({ page, world }) => {
  const project = await world.project("Themed");
  const { url } = await portalLink(project, "acme");
  await page.goto(url.replace("#", "?theme=dark#"));
  await expect(page.getByRole("heading", { level: 1, name: "Endpoints" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await expect(page.getByRole("button", { name: /^Colours/ })).toHaveCount(0);
});

test("every tab works on a phone", async ({ page, world }) => {
  const project = await world.project("Phone", "ventryx");
  await project.endpoint("acme", "500/phone");
  await project.deliver("acme", "workflow.completed", { run: "run_1" }, "dead");
  await page.setViewportSize({ width: 390, height: 844 });
  await openPortal(page, project, "acme");
  const tabs = page.getByRole("navigation", { name: "Webhooks" });
  for (const name of ["Deliveries", "Failed deliveries", "Events", "Activity", "Event catalog", "Documentation", "Endpoints"]) {
    const tab = tabs.getByRole("link", { name, exact: true });
    await tab.click();
    await expect(tab).toHaveAttribute("aria-current", "page");
    await expect(tab).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectNoSidewaysScroll(page, `${name} on a phone`);
  }
});

test("a dead letter is sent again once the receiver is mended", async ({ page, world }) => {
  const project = await world.project("Again");
  await project.endpoint("acme", "500/again");
  const { id } = await project.deliver("acme", "order.paid", {}, "dead");
  world.receivers.switch("500/again", 200);
  await openPortal(page, project, "acme", `/deliveries/${id}`);
  await page.getByRole("button", { name: /^Retry/ }).first().click();
  await expect(page.getByText("Succeeded").first()).toBeVisible();
  expect(world.receivers.at("500/again")).toHaveLength(4);
});

test("in a frame it leaves its header to the host, and tells it how high it is", async ({ page, world, watch }) => {
  const vendor = world.receivers.url("page/high");
  const { origin } = new URL(vendor);
  watch.origins.push(origin);
  const project = await world.project("High", "standard", { policy: { portal_origins: [origin] }, branding: { name: "Ledgerline" } });
  const { url } = await portalLink(project, "acme");
  await page.goto(vendor);
  await page.evaluate((src) => {
    const told: unknown[] = [];
    Object.assign(window, { told });
    addEventListener("message", ({ origin, data }) => told.push({ origin, ...data }));
    const frame = document.createElement("iframe");
    Object.assign(frame, { src, title: "Webhooks", width: 800, height: 100 });
    document.body.append(frame);
  }, url);
  const portal = page.frameLocator('iframe[title="Webhooks"]');
  await expect(portal.getByRole("heading", { level: 1, name: "Endpoints" })).toBeVisible();
  await expect(portal.getByText("Ledgerline", { exact: true })).toHaveCount(0);
  const told = () => page.evaluate(() => (window as unknown as { told: { origin: string; type: string; height: number }[] }).told);
  await expect.poll(async () => (await told()).some(({ type, height }) => type === "nuncio:height" && height > 100)).toBe(true);
  expect(new Set((await told()).map((message) => message.origin))).toEqual(new Set([world.server.baseUrl]));
});
