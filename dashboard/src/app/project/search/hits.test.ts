import { expect, test } from "vitest";
import type { Access } from "@/api/access";
import type { Screen } from "@/shell/screen";
import { matches, ownHits, serverHits, sourceHits } from "./hits";

const OPERATOR = { canWrite: true, isOperator: true, isAdmin: true } as Access;
const READER = { canWrite: false, isOperator: false, isAdmin: false } as Access;
const load = () => Promise.reject(new Error("not loaded here"));
const SCREENS: Screen[] = [
  { path: "/", nav: { label: "Overview", icon: "overview" }, load },
  { path: "/endpoints", nav: { label: "Endpoints", icon: "endpoints" }, load },
  { path: "/keys", nav: { label: "Keys", icon: "keys" }, for: ({ isOperator }) => isOperator, load },
  { path: "/endpoints/$id", load },
];

test("each word is to be somewhere, whatever its case", () => {
  expect(matches("ADD end", "Add endpoint")).toBe(true);
  expect(matches("acme crm", "Acme", "The CRM")).toBe(true);
  expect(matches("acme erp", "Acme", "The CRM")).toBe(false);
});

test("pages and actions are those that the person may use", () => {
  const labels = (typed: string, access: Access) => ownHits(typed, access, SCREENS, []).map(({ label }) => label);
  expect(labels("endp", OPERATOR)).toEqual(["Endpoints", "Add endpoint", "Show failing endpoints"]);
  expect(labels("endp", READER)).toEqual(["Endpoints", "Show failing endpoints"]);
  expect(labels("keys", READER)).toEqual([]);
});

test("an id leads to its place, and a publisher's own id to its events", () => {
  const [job] = ownHits(" job_01M8C63VX1ETDSWYMP43NR6WNA ", OPERATOR, [], []);
  expect(job?.to).toBe("/jobs/job_01M8C63VX1ETDSWYMP43NR6WNA");
  expect(sourceHits("invoice-2041")[0]?.to).toBe("/events?source_id=invoice-2041");
  expect(sourceHits("evt_01M8C63VX1ETDSWYMP43NR6WNA")).toEqual([]);
  expect(sourceHits("acme coffee")).toEqual([]);
});

test("event types are found by a part of their names", () => {
  expect(ownHits("paid", OPERATOR, [], ["order.paid", "order.created"]).map(({ to }) => to)).toEqual(["/catalog/order.paid"]);
  expect(ownHits("", OPERATOR, [], ["order.paid"]).filter(({ group }) => group === "Event types")).toEqual([]);
});

test("a tenant shows its name and id, an endpoint whose it is", () => {
  const hits = serverHits({
    tenants: [
      { id: "auth0|1", name: "Acme" },
      { id: "beta", name: null },
    ],
    endpoints: [{ id: "ep_1", url: "https://example.com/h", description: "CRM", tenant: "beta" }],
  });
  expect(hits.map(({ label, detail, to }) => [label, detail, to])).toEqual([
    ["Acme", "auth0|1", "/tenants/auth0%7C1"],
    ["beta", undefined, "/tenants/beta"],
    ["CRM", "beta · example.com/h", "/endpoints/ep_1"],
  ]);
});
