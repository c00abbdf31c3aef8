import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { allowClipboard, clipboard } from "../harness/clipboard.js";
import { PATIENT_RETRY } from "../harness/project.js";
import { expect, signIn, test } from "../harness/test.js";

test.beforeEach(async ({ context, world }) => signIn(context, world));

test("every attempt shows what was sent, what came back and where the time went", async ({ page, world }) => {
  const project = await world.project("Timeline", "ventryx");
  await project.endpoint("acme", "503/timeline");
  const { id } = await project.deliver("acme", "order.paid", { order: "ord_1", total: 12.5 }, "dead");
  await page.goto(`/p/${project.id}/deliveries/${id}`);
  const attempts = page.getByRole("list", { name: "Attempts, newest first" });
  await expect(attempts.getByRole("button")).toHaveCount(3);
  await expect(attempts.getByRole("button").first()).toContainText("Attempt 3");
  const request = page.getByRole("region", { name: "Request", exact: true });
  await expect(request).toContainText("Ventryx-Signature");
  await expect(request.getByRole("group", { name: "Request body" })).toContainText("ord_1");
  const response = page.getByRole("region", { name: "Response", exact: true });
  await expect(response).toContainText("503");
  await expect(response.getByRole("group", { name: "Response body" })).toContainText("the receiver answers 503");
  await expect(page.getByRole("table", { name: "Timing" }).getByRole("row", { name: /Total/ })).toContainText(/s$/);
  await expect(page.getByRole("status").filter({ hasText: "Dead" })).toContainText("all attempts failed");
});

test("an attempt is part of the address", async ({ page, world }) => {
  const project = await world.project("Attempt");
  await project.endpoint("acme", "500/attempt");
  const { id } = await project.deliver("acme", "order.paid", {}, "dead");
  await page.goto(`/p/${project.id}/deliveries/${id}`);
  await page.getByRole("button", { name: /^Attempt 1/ }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Attempt 1" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { level: 2, name: "Attempt 1" })).toBeVisible();
});

test("an attempt names the version of the code that made its body", async ({ page, world }) => {
  const project = await world.project("Changed");
  await project.endpoint("acme", "ok/changed", { transform: { code: "const handler = (webhook) => webhook" } });
  const { id } = await project.deliver("acme", "order.paid", {}, "succeeded");
  await page.goto(`/p/${project.id}/deliveries/${id}`);
  await expect(page.getByText("Transformation version 1")).toBeVisible();
});

test("what is copied as curl, a shell sends again byte for byte", async ({ page, world }) => {
  await allowClipboard(page);
  const project = await world.project("Curl");
  await project.endpoint("acme", "ok/curl");
  const data = { text: `it's $HOME \`id\` "quoted" \\ ünïcödé 🚀`, n: 1e21 };
  const { id } = await project.deliver("acme", "order.paid", data, "succeeded");
  await page.goto(`/p/${project.id}/deliveries/${id}`);
  await page.getByRole("button", { name: "Copy as curl" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  // Not the synchronous one: the receiver is in this process.
  await promisify(execFile)("bash", ["-c", `${await clipboard(page)} --silent --show-error --fail`]);
  const [sent, again] = world.receivers.at("ok/curl");
  expect(again?.body).toBe(sent!.body);
  for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature", "content-type", "user-agent"]) {
    expect(again?.headers[name], name).toBe(sent!.headers[name]);
  }
});

test("a dead delivery is retried once its receiver is mended, and the page shows it", async ({ page, world }) => {
  const project = await world.project("Mended");
  await project.endpoint("acme", "500/mended");
  const { id } = await project.deliver("acme", "order.paid", {}, "dead");
  await page.goto(`/p/${project.id}/deliveries/${id}`);
  world.receivers.switch("500/mended", 204);
  await page.getByRole("button", { name: "Retry", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "Delivered" })).toContainText("at attempt 4");
  expect(world.receivers.at("500/mended")).toHaveLength(4);
});

test("a pending delivery says why it waits, is attempted at once on request, and keeps its schedule", async ({ page, world }) => {
  const project = await world.project("Patient");
  await project.endpoint("acme", "502/patient", { retry: PATIENT_RETRY });
  const { id, next_attempt_at } = await project.deliver("acme", "order.paid", {}, "pending");
  await page.goto(`/p/${project.id}/deliveries/${id}`);
  await expect(page.getByRole("status").filter({ hasText: "Waiting" })).toContainText("status 502");
  await page.getByRole("button", { name: "Attempt now" }).click();
  await expect(page.getByRole("list", { name: "Attempts, newest first" }).getByRole("button")).toHaveCount(2);
  await expect(page.getByRole("button", { name: /^Attempt 2/ })).toContainText("Manual retry");
  expect(await project.api.get(`/v1/deliveries/${id}`)).toMatchObject({ status: "pending", next_attempt_at });
});

test("a pending delivery is cancelled after a question", async ({ page, world }) => {
  const project = await world.project("Cancelled");
  await project.endpoint("acme", "502/cancelled", { retry: PATIENT_RETRY });
  const { id } = await project.deliver("acme", "order.paid", {}, "pending");
  await page.goto(`/p/${project.id}/deliveries/${id}`);
  await page.getByRole("button", { name: "Cancel delivery…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel delivery" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Cancelled" })).toContainText("Somebody cancelled it");
  expect(await project.api.get(`/v1/deliveries/${id}`)).toMatchObject({ status: "cancelled" });
});

test("a time is local, and UTC to the millisecond on hover", async ({ page, world }) => {
  const project = await world.project("Times");
  await project.endpoint("acme", "ok/times");
  const { id } = await project.deliver("acme", "order.paid", {}, "succeeded");
  const { created_at } = await project.api.get<{ created_at: string }>(`/v1/deliveries/${id}`);
  await page.goto(`/p/${project.id}/deliveries/${id}`);
  const made = page.locator(`time[datetime="${created_at}"]`).first();
  const newYork = new Intl.DateTimeFormat("en-GB", { timeZone: "America/New_York", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  await expect(made).toContainText(newYork.format(new Date(created_at)));
  await made.hover();
  await expect(page.getByRole("tooltip")).toContainText(created_at.slice(11, 23));
});

test("a delivery that is not there says so", async ({ page, world, watch }) => {
  watch.expects(404, /^\/v1\/deliveries\//);
  const project = await world.project("Missing");
  await page.goto(`/p/${project.id}/deliveries/del_00000000000000000000000000`);
  await expect(page.getByRole("alert")).toContainText("Could not load the delivery");
});
