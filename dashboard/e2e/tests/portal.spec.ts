import { Api } from "../harness/api.js";
import { expectNowhere } from "../harness/secrets.js";
import { openPortal, portalLink } from "../harness/portal.js";
import { expect, test } from "../harness/test.js";

const LOGO = `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>').toString("base64")}`;

test("the token leaves the address at once and is kept nowhere", async ({ page, world }) => {
  const project = await world.project("Token");
  await project.endpoint("acme", "ok/token");
  const { token } = await openPortal(page, project, "acme");
  expect(page.url()).toBe(`${world.server.baseUrl}/portal/${project.id}`);
  await expectNowhere(page, token, "once the portal is open");
  await expect.poll(async () => (await page.context().cookies()).length).toBe(1);
  const cookies = await page.context().cookies();
  expect(cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite])).toEqual([[`nuncio_portal_${project.id}`, true, "Lax"]]);
  expect(cookies[0]!.value).not.toContain(token);
});

test("it is loaded again, and opened in a new tab, without a new link; for somebody else it stays closed", async ({ page, context, browser, world }) => {
  const project = await world.project("Reloaded");
  const endpoint = await project.endpoint("acme", "ok/reloaded", { description: "Again" });
  await openPortal(page, project, "acme", `/endpoints/${endpoint.id}`);
  await expect(page.getByRole("heading", { level: 1, name: "Again" })).toBeVisible();
  await expect.poll(async () => (await context.cookies()).length).toBe(1);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Again" })).toBeVisible();
  // What changes something works, too.
  await page.getByRole("button", { name: "Send test event" }).click();
  const drawer = page.getByRole("dialog", { name: "Send a test event" });
  await drawer.getByRole("button", { name: "Send test event" }).click();
  await expect(drawer.getByRole("region", { name: "Test result" })).toContainText("The endpoint accepted the test.");
  const tab = await context.newPage();
  await tab.goto(`/portal/${project.id}/deliveries`);
  await expect(tab.getByRole("heading", { level: 1, name: "Deliveries" })).toBeVisible();
  const stranger = await (await browser.newContext({ baseURL: world.server.baseUrl })).newPage();
  await stranger.goto(`/portal/${project.id}`);
  await expect(stranger.getByText("Open this page with a link")).toBeVisible();
  await stranger.context().close();
});

test("an ended session says how to open the page again", async ({ page, world, watch }) => {
  watch.expects(401, /^\/v1\/session$/);
  const project = await world.project("Ended");
  await page.goto(`/portal/${project.id}#token=nk_portal_of_yesterday`);
  await expect(page.getByText("This session has ended")).toBeVisible();
});

test("the portal shows the vendor's name, logo and accent", async ({ page, world }) => {
  const branding = { name: "Ledgerline", accent: "#0f766e", logo: LOGO };
  const project = await world.project("Branded", "standard", { branding });
  await project.endpoint("acme", "ok/branded");
  await openPortal(page, project, "acme");
  const banner = page.getByRole("banner");
  await expect(banner).toContainText("Ledgerline");
  await expect(banner.locator("img")).toHaveAttribute("src", LOGO);
  await page.getByRole("navigation", { name: "Webhooks" }).getByRole("link", { name: "Endpoints" }).click();
  await expect(page.getByRole("link", { name: "Add endpoint" }).or(page.getByRole("button", { name: "Add endpoint" }))).toHaveCSS(
    "background-color",
    "rgb(15, 118, 110)",
  );
});

test("the portal is dark where its reader's system is", async ({ page, world }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  const project = await world.project("Night");
  await openPortal(page, project, "acme");
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
});

test("a portal's token reaches nothing of another tenant or project", async ({ world }) => {
  const [mine, other] = [await world.project("Mine"), await world.project("Not mine")];
  await mine.endpoint("acme", "ok/acme");
  const foreign = await mine.endpoint("beta", "ok/beta");
  const delivery = await mine.deliver("beta", "order.paid", { secret: "of beta" }, "succeeded");
  const elsewhere = await other.endpoint("acme", "ok/elsewhere");
  const { token } = await portalLink(mine, "acme");
  const portal = new Api(world.server.baseUrl, token);
  for (const path of [
    `/v1/endpoints/${foreign.id}`,
    `/v1/endpoints/${elsewhere.id}`,
    `/v1/events/${delivery.event}`,
    `/v1/deliveries/${delivery.id}`,
  ]) {
    expect(await portal.status("GET", path), path).toBe(404);
  }
  expect(await portal.status("POST", "/v1/keys", { name: "k", kind: "project", scope: "full" })).toBe(403);
  expect(await portal.status("POST", "/v1/events", { tenant: "acme", type: "a", data: {} })).toBe(403);
});

test("another tenant's endpoint, event and delivery are not there, whatever the address says", async ({ page, world, watch }) => {
  watch.expects(404, /^\/v1\/(endpoints|events|deliveries)\//);
  const project = await world.project("Two tenants");
  await project.endpoint("acme", "ok/two-acme", { description: "Endpoint of acme" });
  const foreign = await project.endpoint("beta", "ok/two-beta", { description: "Endpoint of beta" });
  const delivery = await project.deliver("beta", "order.paid", { whose: "payload of beta" }, "succeeded");
  for (const path of [`/endpoints/${foreign.id}`, `/events/${delivery.event}`, `/deliveries/${delivery.id}`]) {
    await openPortal(page, project, "acme", path);
    await expect(page.getByRole("alert").first()).toBeVisible();
    await expect(page.getByText("of beta")).toHaveCount(0);
  }
  await openPortal(page, project, "acme", "/endpoints");
  await expect(page.getByText("Endpoint of acme")).toBeVisible();
  await expect(page.getByText("Endpoint of beta")).toHaveCount(0);
});

test("a link that may only read shows no button that changes anything", async ({ page, world }) => {
  const project = await world.project("Read only");
  const endpoint = await project.endpoint("acme", "ok/read-only", { description: "Read only" });
  const { url } = await portalLink(project, "acme", "read");
  const { origin, pathname, hash } = new URL(url);
  await page.goto(`${origin}${pathname}/endpoints/${endpoint.id}${hash}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("main")).toContainText(endpoint.url);
  for (const name of [/rotate/i, /delete/i, /^disable|^pause/i, /test event/i]) {
    await expect(page.getByRole("button", { name })).toHaveCount(0);
  }
});
