// The portal inside of a page of the vendor's own.
import type { Page } from "@playwright/test";
import { portalLink } from "../harness/portal.js";
import { expect, signIn, test } from "../harness/test.js";

/** A page of the vendor's, on another origin than the server's, with a frame. */
async function vendorPageWith(page: Page, vendor: string, frame: string): Promise<void> {
  await page.goto(vendor);
  await page.evaluate((src) => {
    const frame = document.createElement("iframe");
    Object.assign(frame, { src, title: "Webhooks", width: 1000, height: 700 });
    document.body.append(frame);
  }, frame);
}

test("a page of an origin that the project allows may frame its portal", async ({ page, world, watch }) => {
  const vendor = world.receivers.url("page/vendor");
  watch.origins.push(new URL(vendor).origin);
  const project = await world.project("Framed", "standard", { policy: { portal_origins: [new URL(vendor).origin] } });
  await project.endpoint("acme", "ok/framed", { description: "Seen in a frame" });
  const { url } = await portalLink(project, "acme");
  await vendorPageWith(page, vendor, url);
  const portal = page.frameLocator('iframe[title="Webhooks"]');
  await expect(portal.getByRole("heading", { level: 1, name: "Endpoints" })).toBeVisible();
  await portal.getByRole("navigation", { name: "Webhooks" }).getByRole("link", { name: "Endpoints" }).click();
  await expect(portal.getByText("Seen in a frame")).toBeVisible();
});

test("a page of any other origin may not", async ({ page, world, watch }) => {
  const vendor = world.receivers.url("page/stranger");
  watch.origins.push(new URL(vendor).origin);
  watch.expectsMessage(/frame-ancestors/);
  const project = await world.project("Not framed", "standard", { policy: { portal_origins: ["https://app.example.com"] } });
  const { url } = await portalLink(project, "acme");
  const refused = page.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
  await vendorPageWith(page, vendor, url);
  await refused;
  expect(page.frames().map((frame) => frame.url())).not.toContain(url);
});

test("nobody may frame the dashboard", async ({ page, world, watch }) => {
  const vendor = world.receivers.url("page/clickjacker");
  watch.origins.push(new URL(vendor).origin);
  watch.expectsMessage(/frame-ancestors|X-Frame-Options/i);
  const project = await world.project("Dashboard", "standard", { policy: { portal_origins: [new URL(vendor).origin] } });
  await signIn(page.context(), world);
  const refused = page.waitForEvent("console", (message) => /frame-ancestors|X-Frame-Options/i.test(message.text()));
  await vendorPageWith(page, vendor, `${world.server.baseUrl}/p/${project.id}`);
  await refused;
});
