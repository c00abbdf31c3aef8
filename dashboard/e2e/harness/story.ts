import { PATIENT_RETRY, type Project } from "./project.js";
import type { World } from "./world.js";

/** The logo of the vendor of the story: its customers see it in the portal. */
const LOGO =
  "data:image/svg+xml;base64," +
  Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/><path d="M9 22V10h3v9h8v3z" fill="#fff"/></svg>',
  ).toString("base64");

/** What a vendor of software for shops would tell its customers. */
const TYPES: Record<string, [group: string, description: string, example: object]> = {
  "order.created": ["Orders", "A customer placed an order.", { order: "ord_81Q2", total: "129.00", currency: "EUR", items: 3 }],
  "order.paid": ["Orders", "The payment of an order arrived.", { order: "ord_81Q2", method: "card", total: "129.00" }],
  "order.refunded": ["Orders", "Money went back to the customer.", { order: "ord_81Q2", amount: "29.00", reason: "damaged" }],
  "invoice.issued": ["Invoices", "An invoice was made and sent.", { invoice: "inv_2041", order: "ord_81Q2", due: "2026-12-24" }],
  "invoice.overdue": ["Invoices", "An invoice is past its due date.", { invoice: "inv_2041", days: 14 }],
  "shipment.dispatched": ["Shipments", "A parcel left the warehouse.", { shipment: "shp_77", carrier: "DHL", parcels: 2 }],
  "shipment.delivered": ["Shipments", "A parcel arrived.", { shipment: "shp_77", signed_by: "M. Okafor" }],
  "customer.updated": ["Customers", "Something about a customer changed.", { customer: "cus_9", changed: ["address"] }],
};

const TENANTS: Record<string, [name: string, plan: string]> = {
  "acme-coffee": ["Acme Coffee Roasters", "business"],
  "northwind": ["Northwind Traders", "enterprise"],
  "globex": ["Globex Outdoor", "business"],
  "bluebird": ["Bluebird Books", "starter"],
  "kestrel": ["Kestrel Cycles", "business"],
};

/** What the receiver of a customer wants to see of the server: as secret as a signing secret. */
const RECEIVERS_TOKEN = "Bearer erp-9f3c1d7be2604a58";

interface Place {
  tenant: string;
  receiver: string;
  description: string;
  more?: object;
}

/** Healthy receivers, and one of each sort of trouble. */
const PLACES: Place[] = [
  { tenant: "acme-coffee", receiver: "ok/erp", description: "ERP: orders and invoices", more: { events: ["order.*", "invoice.*"], headers: { Authorization: RECEIVERS_TOKEN } } },
  { tenant: "acme-coffee", receiver: "503/warehouse", description: "Warehouse", more: { events: ["shipment.*"] } },
  { tenant: "northwind", receiver: "slow/data-lake", description: "Data lake", more: { rate_limit: 200 } },
  { tenant: "northwind", receiver: "ok/crm", description: "CRM", more: { events: ["customer.updated", "order.created"] } },
  { tenant: "globex", receiver: "hang/legacy", description: "Legacy PHP shop", more: { retry: PATIENT_RETRY, timeout_ms: 1000 } },
  { tenant: "bluebird", receiver: "401/orders", description: "Order printer" },
  { tenant: "kestrel", receiver: "ok/bikes", description: "Workshop planner", more: { headers: { "X-Kestrel-Env": "production" } } },
];

/** A project with a past: what the pictures show, and what every page is looked at with. */
export interface Story {
  project: Project;
  tenant: string;
  endpoint: string;
  /** The tenant's other endpoint, whose receiver is down. */
  failing: string;
  /** Of an event that went to a healthy endpoint. */
  event: string;
  succeeded: string;
  dead: string;
  pending: string;
  eventType: string;
  /** One of the project's own. */
  dialect: string;
  /** What no screen shows: keys, signing secrets, a receiver's token. */
  secrets: string[];
}

/** How long a past is, and about how much happened in it. */
export interface Past {
  days: number;
  deliveries: number;
}

/** Tells it. Without a `past` everything happened just now, which is all that tests need. */
export async function tellStory(world: World, past?: Past): Promise<Story> {
  const project = await world.project("Ledgerline", "standard", {
    branding: { accent: "#0f766e", logo: LOGO, name: "Ledgerline" },
  });
  const { api } = project;
  await catalog(project);
  for (const [tenant, [name, plan]] of Object.entries(TENANTS)) await api.put(`/v1/tenants/${tenant}`, { name, plan });
  const dialect = await ownDialect(project);
  const endpoints = [];
  for (const { tenant, receiver, description, more } of PLACES) endpoints.push(await project.endpoint(tenant, receiver, { description, ...more }));
  if (past) await world.server.restartWithPast(past.days, past.deliveries);
  const event = await project.publish("acme-coffee", "order.paid", { order: "ord_81Q2", method: "card", total: "129.00", customer: { id: "cus_9", email: "mo@example.com" } });
  const [succeeded] = await project.delivered(event, "succeeded");
  const dead = await project.deliver("acme-coffee", "shipment.dispatched", { shipment: "shp_77", carrier: "DHL", parcels: 2 }, "dead");
  const pending = await project.deliver("globex", "order.created", { order: "ord_82A7", total: "54.20" }, "pending");
  await project.deliver("bluebird", "order.created", { order: "ord_83C1", total: "12.90" }, "dead");
  await api.post("/v1/events/batch", { events: busyHour() });
  await api.post(`/v1/endpoints/${endpoints[6]!.id}/disable`);
  const keys = [await project.key("project", "full"), await project.key("tenant", "read", "northwind")];
  const rotated = await api.post<{ secret: string }>(`/v1/endpoints/${endpoints[0]!.id}/rotate-secret`);
  const signing = [...endpoints, rotated].map(({ secret }) => secret);
  return {
    project,
    tenant: "acme-coffee",
    endpoint: endpoints[0]!.id,
    failing: endpoints[1]!.id,
    event,
    succeeded: succeeded!.id,
    dead: dead.id,
    pending: pending.id,
    eventType: "order.paid",
    dialect,
    secrets: [world.server.adminKey, ...keys.map(({ key }) => key), ...signing, RECEIVERS_TOKEN],
  };
}

/** The built-in dialect under a name of the project's own, as one begins. */
async function ownDialect({ api }: Project): Promise<string> {
  const { source } = await api.get<{ source: string }>("/v1/dialects/standard");
  await api.put("/v1/dialects/ledgerline", { source: source.replace(/^name = .*$/m, 'name = "ledgerline"') });
  return "ledgerline";
}

async function catalog({ api }: Project): Promise<void> {
  for (const [name, [group, description, example]] of Object.entries(TYPES)) {
    const properties = Object.fromEntries(Object.entries(example).map(([field, value]) => [field, { type: Array.isArray(value) ? "array" : typeof value }]));
    const schema = { type: "object", properties, required: Object.keys(example).slice(0, 1) };
    await api.put(`/v1/event-types/${name}`, { group, description, example, schema });
  }
}

/** 240 events that differ as real ones do, always the same: pictures can be compared. */
function busyHour(): object[] {
  const types = Object.entries(TYPES);
  const tenants = Object.keys(TENANTS);
  return Array.from({ length: 240 }, (_, n) => {
    const [type, [, , example]] = types[(n * 5 + Math.floor(n / 7)) % types.length]!;
    return { tenant: tenants[(n * 3 + Math.floor(n / 5)) % tenants.length], type, data: { ...example, sequence: n } };
  });
}
