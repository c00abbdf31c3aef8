// What receivers answer and publishers send is shown as text, whatever it is.
import { HOSTILE_HTML, HOSTILE_LINE } from "../harness/receivers.js";
import { settled } from "../harness/screens.js";
import { expect, pwned, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

test("HTML and scripts in a response are text", async ({ page, world }) => {
  const project = await world.project("Hostile response");
  await project.endpoint("acme", "html/response");
  const { id } = await project.deliver("acme", "order.paid", {}, "dead");
  await page.goto(`/p/${project.id}/deliveries/${id}`);
  const response = page.getByRole("region", { name: "Response", exact: true });
  await expect(response.getByRole("group", { name: "Response body" })).toHaveText(HOSTILE_HTML);
  await expect(response).toContainText("<img src=x onerror=window.pwned=1>");
  await expect(response.locator("script, img, iframe, svg[onload], a[href]")).toHaveCount(0);
  expect(await pwned(page)).toBe(false);
});

test("HTML in names, descriptions, types' examples and payloads is text", async ({ page, world }) => {
  const project = await world.project(HOSTILE_LINE);
  await project.api.put("/v1/tenants/acme", { name: HOSTILE_LINE, metadata: { note: HOSTILE_LINE } });
  await project.endpoint("acme", "ok/names", { description: HOSTILE_LINE });
  await project.api.put("/v1/event-types/order.paid", { description: HOSTILE_LINE, group: HOSTILE_LINE, example: { html: HOSTILE_LINE } });
  const { id, event } = await project.deliver("acme", "order.paid", { html: HOSTILE_HTML, "<script>window.pwned=1</script>": 1 }, "succeeded");
  for (const path of ["", "/deliveries", `/deliveries/${id}`, "/events", `/events/${event}`, "/endpoints", "/tenants", "/catalog"]) {
    await page.goto(`/p/${project.id}${path}`);
    await settled(page);
    expect(await pwned(page), path).toBe(false);
  }
});

test("a response of NUL, control characters and broken UTF-8 is shown, and nothing in it stays unseen", async ({ page, world }) => {
  const project = await world.project("Binary response");
  await project.endpoint("acme", "binary/response");
  const { id } = await project.deliver("acme", "order.paid", {}, "dead");
  await page.goto(`/p/${project.id}/deliveries/${id}`);
  const body = page.getByRole("group", { name: "Response body" });
  await expect(body).toBeVisible();
  expect(await body.textContent()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
});

for (const kind of ["huge", "long-line"]) {
  test(`a ${kind} response is cut off, says so, and does not make the page wider`, async ({ page, world }) => {
    const project = await world.project(`A ${kind} response`);
    await project.endpoint("acme", `${kind}/response`);
    const { id } = await project.deliver("acme", "order.paid", {}, "dead");
    await page.goto(`/p/${project.id}/deliveries/${id}`);
    await expect(page.getByRole("group", { name: "Response body" })).toBeVisible();
    if (kind === "huge") await expect(page.getByText(/^Truncated: the response was too large/)).toBeVisible();
    const [inner, wide] = await page.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]);
    expect(wide).toBeLessThanOrEqual(inner!);
  });
}
