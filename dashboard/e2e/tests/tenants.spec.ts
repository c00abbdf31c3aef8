import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

interface Tenant {
  name: string | null;
  plan: string | null;
}

test("one is made, seen and changed, its metadata digit for digit", async ({ page, world }) => {
  const project = await world.project("Customers");
  await page.goto(`/p/${project.id}/tenants`);
  await expect(page.getByText("No tenants yet")).toBeVisible();
  await page.getByRole("button", { name: "Add tenant" }).first().click();
  const made = page.getByRole("dialog", { name: "Add tenant" });
  const id = made.getByRole("textbox", { name: "ID", exact: true });
  await id.fill("no id");
  await made.getByRole("button", { name: "Add tenant" }).click();
  await expect(id).toHaveAttribute("aria-invalid", "true");
  await id.fill("acme");
  await made.getByLabel("Name").fill("Acme Inc.");
  await made.getByLabel("Plan").fill("pro");
  await made.getByLabel("Metadata").fill('{"crm": 12345678901234567890}');
  await expectAccessible(page, "the dialog of a new tenant");
  await made.getByRole("button", { name: "Add tenant" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Acme Inc." })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("12345678901234567890");

  await page.getByRole("button", { name: "Edit" }).click();
  const edited = page.getByRole("dialog", { name: "Edit acme" });
  await edited.getByLabel("Name").fill("Acme Ltd.");
  await edited.getByRole("button", { name: "Save tenant" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Acme Ltd." })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("12345678901234567890");
  expect(await project.api.get<Tenant>("/v1/tenants/acme")).toMatchObject({ name: "Acme Ltd.", plan: "pro" });
});

test("its screen has its endpoints, deliveries and events, and leads to all of them", async ({ page, world }) => {
  const project = await world.project("One customer");
  await project.endpoint("acme", "ok/customer", { description: "Billing" });
  await project.endpoint("beta", "ok/other", { description: "Not of acme" });
  await project.deliver("acme", "order.paid", {}, "succeeded");
  await page.goto(`/p/${project.id}/tenants`);
  await page.getByRole("link", { name: "acme" }).click();
  await expect(page.getByRole("table", { name: "Endpoints" })).toContainText("Billing");
  await expect(page.getByRole("main")).not.toContainText("Not of acme");
  await expect(page.getByRole("table", { name: "Recent deliveries" })).toContainText("order.paid");
  await expect(page.getByRole("table", { name: "Recent events" })).toContainText("order.paid");
  await page.getByRole("link", { name: "All deliveries" }).click();
  await expect(page).toHaveURL(/\/deliveries\?tenant=acme/);
});

test("a portal link is shown once and opens that tenant's portal", async ({ page, context, world }) => {
  const project = await world.project("Linked");
  await project.api.put("/v1/tenants/acme", { name: "Acme" });
  await page.goto(`/p/${project.id}/tenants/acme`);
  await page.getByRole("button", { name: "Portal link" }).click();
  const dialog = page.getByRole("dialog", { name: "Portal link for acme" });
  await dialog.getByRole("radio", { name: "Read-only" }).check();
  await expectAccessible(page, "the dialog of a portal link");
  await dialog.getByRole("button", { name: "Create link" }).click();
  const link = await dialog.getByLabel("Portal link", { exact: true }).inputValue();
  expect(link).toContain(`/portal/${project.id}#token=nk_portal_`);
  await dialog.getByRole("button", { name: "I have saved it" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await page.content()).not.toContain(link.split("#")[1]);
  const portal = await context.newPage();
  const { pathname, hash } = new URL(link);
  await portal.goto(pathname + hash);
  await expect(portal.getByRole("navigation", { name: "Webhooks" })).toBeAttached();
  await expect(portal.getByRole("button", { name: "Add endpoint" })).toHaveCount(0);
});

test("where the plan has no endpoints, that is said", async ({ page, world }) => {
  const project = await world.project("Plans", "standard", { policy: { plans: ["pro"] } });
  await project.api.put("/v1/tenants/acme", { plan: "free" });
  await page.goto(`/p/${project.id}/tenants/acme`);
  await expect(page.getByText("Its plan does not include webhooks.")).toBeVisible();
});

test("deleting wants its id typed", async ({ page, world }) => {
  const project = await world.project("Deleted customer");
  await project.api.put("/v1/tenants/acme", {});
  await page.goto(`/p/${project.id}/tenants/acme`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete this tenant?" });
  await expect(dialog.getByRole("button", { name: "Delete tenant" })).toBeDisabled();
  await dialog.getByRole("textbox").fill("acme");
  await dialog.getByRole("button", { name: "Delete tenant" }).click();
  await expect(page.getByText("No tenants yet")).toBeVisible();
});

test("list and screen are usable by everybody, on a phone too", async ({ page, world }) => {
  const project = await world.project("Usable customers");
  await project.api.put("/v1/tenants/acme", { name: "A".repeat(120), metadata: { note: "long ".repeat(40) } });
  await project.endpoint("acme", "ok/usable-customer");
  await project.deliver("acme", "order.paid", {}, "succeeded");
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 });
    for (const path of ["tenants", "tenants/acme"]) {
      await page.goto(`/p/${project.id}/${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      await expectAccessible(page, `${path} at ${width}`);
      await expectNoSidewaysScroll(page, `${path} at ${width}`);
    }
  }
});
