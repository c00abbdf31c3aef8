import { useRead } from "@/api/hooks";
import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { EmptyState } from "@/components/page/EmptyState";
import { TimeText } from "@/components/inline/TimeText";
import { DeliveryTable } from "@/parts/deliveries/DeliveryTable";
import { Outcomes } from "@/parts/events/Outcomes";
import type { Event } from "@/parts/events/types";
import styles from "./Tenants.module.css";

/** A look at what happens; the lists have all of it. */
const SHOWN = 8;
const LIVE_MS = 5_000;

/** The last deliveries and events of a tenant. */
export function TenantRecent({ tenant }: { tenant: string }) {
  const of = `?tenant=${encodeURIComponent(tenant)}`;
  const query = { tenant, limit: SHOWN };
  const deliveries = useRead(
    ["deliveries", "recent", tenant],
    (api, init) => api.GET("/v1/deliveries", { ...init, params: { query } }),
    { poll: LIVE_MS },
  );
  const events = useRead(["events", "recent", tenant], (api, init) => api.GET("/v1/events", { ...init, params: { query: { ...query, outcomes: true } } }), {
    poll: LIVE_MS,
  });
  const columns: Column<Event>[] = [
    { key: "type", header: "Event", cell: ({ type }) => <span className="n-mono">{type}</span> },
    { key: "goes", header: "Deliveries", cell: (event) => <Outcomes event={event} /> },
    { key: "at", header: "Accepted", align: "end", cell: ({ created_at }) => <TimeText at={created_at} /> },
  ];
  return (
    <div className={styles.recent}>
      <Card title="Recent deliveries" flush actions={<AppLink to={`/deliveries${of}`}>All deliveries</AppLink>}>
        <DeliveryTable
          caption="Recent deliveries"
          of="tenant"
          list={{
            rows: deliveries.data?.data,
            error: deliveries.error,
            retry: () => void deliveries.refetch(),
            loading: false,
          }}
          empty={
            <EmptyState icon="deliveries" title="No deliveries yet">
              They appear here as events are sent to its endpoints.
            </EmptyState>
          }
        />
      </Card>
      <Card title="Recent events" flush actions={<AppLink to={`/events${of}`}>All events</AppLink>}>
        <DataTable
          caption="Recent events"
          columns={columns}
          rows={events.data?.data}
          rowKey={({ id }) => id}
          rowTo={({ id }) => `/events/${id}`}
          error={events.error}
          retry={() => void events.refetch()}
          empty={
            <EmptyState icon="events" title="No events yet">
              They appear here as you publish them for this tenant.
            </EmptyState>
          }
        />
      </Card>
    </div>
  );
}
