import { Api, type List } from "./api.js";
import { eventually } from "./wait.js";

/** What tests look at of a delivery. */
export interface Delivery {
  id: string;
  event: string;
  endpoint: string;
  status: "pending" | "succeeded" | "dead" | "cancelled";
  attempts: number;
  last_status_code: number | null;
  next_attempt_at: string | null;
}

/** An endpoint as it was created: its secret is shown this once. */
export interface Endpoint {
  id: string;
  url: string;
  secret: string;
}

/** Three attempts in quick succession: dead while the test looks. */
export const QUICK_RETRY = { delays_s: [0, 0, 0] };
/** A second attempt that no test lives to see: pending for as long as it looks. */
export const PATIENT_RETRY = { delays_s: [0, 3600] };

/** A project of its own on the shared server, so that tests don't see each other's events. */
export class Project {
  readonly api: Api;

  constructor(
    admin: Api,
    readonly id: string,
    readonly name: string,
    readonly dialect: string,
    readonly receiverUrl: (path: string) => string,
  ) {
    this.api = admin.in(id);
  }

  /** A tenant's endpoint at a receiver; every type unless `more` says otherwise. */
  endpoint(tenant: string, receiver: string, more: object = {}): Promise<Endpoint> {
    return this.api.post("/v1/endpoints", { tenant, url: this.receiverUrl(receiver), events: ["*"], retry: QUICK_RETRY, ...more });
  }

  /** Publishes an event and gives its id. */
  async publish(tenant: string, type: string, data: unknown, more: object = {}): Promise<string> {
    return (await this.api.post<{ id: string }>("/v1/events", { tenant, type, data, ...more })).id;
  }

  /** Waits until every delivery of an event is in this state and has had an attempt. */
  async delivered(event: string, status: Delivery["status"]): Promise<Delivery[]> {
    return eventually(`${event} is ${status} everywhere`, async () => {
      const { data } = await this.api.get<List<Delivery>>(`/v1/events/${event}/deliveries`);
      return data.length > 0 && data.every((delivery) => delivery.status === status && delivery.attempts > 0) && data;
    });
  }

  /** Publishes and waits for the outcome, for events that have one endpoint; gives the delivery. */
  async deliver(tenant: string, type: string, data: unknown, status: Delivery["status"]): Promise<Delivery> {
    const deliveries = await this.delivered(await this.publish(tenant, type, data), status);
    return deliveries[0]!;
  }

  /** Another key of this project, as a program would have it. */
  async key(kind: "project" | "tenant", scope: string, tenant?: string): Promise<Api> {
    const name = `${kind} ${scope}`;
    const { key } = await this.api.post<{ key: string }>("/v1/keys", { name, kind, scope, ...(tenant && { tenant }) });
    return new Api(this.api.baseUrl, key);
  }
}
