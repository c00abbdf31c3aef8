import { Card } from "@/components/page/Card";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { EmptyState } from "@/components/page/EmptyState";
import { FilterBar } from "@/components/lists/FilterBar";
import { Pager } from "@/components/lists/Pager";
import { StatusBadge, StatusCode } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { Due } from "@/parts/deliveries/Due";
import { useStatusField } from "@/parts/deliveries/filters";
import { useTypeField } from "@/parts/suggestions/suggestions";
import { useCursorList } from "@/url/cursor";
import { instant, oneOf, text } from "@/url/filters";
import { useFilters } from "@/url/hooks";
import type { EndpointEvent } from "@/parts/events/types";

const SPEC = {
  status: oneOf("pending", "succeeded", "dead", "cancelled"),
  type: text(),
  since: instant(),
  until: instant(),
};

const LIVE_MS = 5_000;

/** The event log of one endpoint: what was meant for it, and how that went. A row leads to its delivery. */
export function EndpointEvents({ endpoint: id }: { endpoint: string }) {
  const filters = useFilters(SPEC);
  const statusField = useStatusField();
  const list = useCursorList<EndpointEvent>({
    key: ["endpoints", id, "events", filters.values],
    page: (api, query, init) =>
      api.GET("/v1/endpoints/{id}/events", { ...init, params: { path: { id }, query: { ...filters.values, ...query } } }),
    poll: LIVE_MS,
  });
  const type = useTypeField();
  const columns: Column<EndpointEvent>[] = [
    { key: "type", header: "Event", cell: (row) => <span className="n-mono">{row.type}</span> },
    { key: "status", header: "Status", cell: ({ delivery }) => <StatusBadge status={delivery.status} /> },
    { key: "answer", header: "Last response", cell: ({ delivery }) => <StatusCode code={delivery.last_status_code} /> },
    { key: "attempts", header: "Attempts", align: "end", cell: ({ delivery }) => delivery.attempts },
    {
      key: "next",
      header: "Next attempt",
      wideOnly: true,
      cell: ({ delivery }) => <Due at={delivery.next_attempt_at} none="–" />,
    },
    { key: "at", header: "Accepted", align: "end", cell: ({ created_at }) => <TimeText at={created_at} /> },
  ];
  return (
    <>
      <FilterBar filters={filters} fields={[statusField, type, { kind: "range" }]} />
      <Card flush>
        <DataTable
          caption="Events of this endpoint"
          columns={columns}
          rows={list.rows}
          rowKey={({ delivery }) => delivery.id}
          rowTo={({ delivery }) => `/deliveries/${delivery.id}`}
          error={list.error}
          retry={list.retry}
          stale={list.loading}
          empty={
            filters.active > 0 ? (
              <EmptyState icon="filter" title="No matching events">
                Remove a filter, or choose a longer time range.
              </EmptyState>
            ) : (
              <EmptyState icon="events" title="Nothing sent yet">
                Send a test event to check that the endpoint responds.
              </EmptyState>
            )
          }
        />
      </Card>
      <Pager list={list} />
    </>
  );
}
