import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { EmptyState } from "@/components/page/EmptyState";
import { ListMenu } from "@/components/lists/ListMenu";
import { FilterBar } from "@/components/lists/FilterBar";
import { LinkButton } from "@/components/page/LinkButton";
import { PageHeader } from "@/components/page/PageHeader";
import { Pager } from "@/components/lists/Pager";
import { TimeText } from "@/components/inline/TimeText";
import { useTenantFields, useTypeField } from "@/parts/suggestions/suggestions";
import { useFresh } from "@/components/lists/fresh";
import { LiveSwitch } from "@/components/lists/LiveSwitch";
import { useCursorList } from "@/url/cursor";
import { flag, instant, text } from "@/url/filters";
import { useFilters } from "@/url/hooks";
import { SendEvent } from "./publish/SendEvent";
import { CHANNEL_FIELD } from "@/parts/deliveries/filters";
import { Outcomes } from "@/parts/events/Outcomes";
import type { Event } from "@/parts/events/types";

const SPEC = {
  source_id: text(128),
  tenant: text(256),
  type: text(),
  channel: text(128),
  undelivered: flag(),
  since: instant(),
  until: instant(),
};

const LIVE_MS = 3_000;

/** An id of ours leads to its event; every other text is a publisher's own. */
const OWN_ID = /^evt_[0-9A-Za-z]+$/;

/** Every event that was published, the newest first. */
export default function Events() {
  const { isOperator, canWrite, base } = useAccess();
  const navigate = useNavigate();
  const filters = useFilters(SPEC);
  const [live, setLive] = useState(true);
  const list = useCursorList<Event>({
    key: ["events", filters.values],
    page: (api, query, init) => api.GET("/v1/events", { ...init, params: { query: { ...filters.values, ...query, outcomes: true } } }),
    poll: live ? LIVE_MS : false,
  });
  const fresh = useFresh(list.rows);
  const type = useTypeField();
  const tenant = useTenantFields();
  const search: typeof filters = {
    ...filters,
    set: (change) => {
      const id = change.source_id;
      if (id !== undefined && OWN_ID.test(id)) void navigate({ to: `${base}/events/${id}` });
      else filters.set(change);
    },
  };
  const columns: Column<Event>[] = [
    { key: "type", header: "Event", cell: ({ type }) => <span className="n-mono">{type}</span> },
    {
      key: "source",
      header: "Source ID",
      cell: ({ source_id }) =>
        source_id == null ? <span className="n-muted">–</span> : <span className="n-mono">{source_id}</span>,
    },
    ...(isOperator ? [{ key: "tenant", header: "Tenant", cell: ({ tenant }: Event) => tenant }] : []),
    { key: "deliveries", header: "Deliveries", cell: (event) => <Outcomes event={event} /> },
    { key: "at", header: "Accepted", align: "end", cell: ({ created_at }) => <TimeText at={created_at} /> },
  ];
  return (
    <>
      <PageHeader
        title="Events"
        actions={
          <>
            {list.first && <LiveSwitch live={live} onChange={setLive} />}
            {canWrite && <LinkButton to="/events/~replay">Replay events</LinkButton>}
            {canWrite && isOperator && <LinkButton to="/events/~broadcast">Broadcast</LinkButton>}
            <SendEvent />
          </>
        }
      >
        Every event that was published, and where it was sent.
      </PageHeader>
      <FilterBar
        filters={search}
        fields={[
          { kind: "text", name: "source_id", label: "Event ID or source ID", width: 230 },
          ...tenant,
          type,
          CHANNEL_FIELD,
          { kind: "range" },
          { kind: "flag", name: "undelivered", label: "Not delivered" },
        ]}
      >
        <ListMenu list={list} name="events" />
      </FilterBar>
      <Card flush>
        <DataTable
          caption="Events"
          columns={columns}
          rows={list.rows}
          rowKey={({ id }) => id}
          rowTo={({ id }) => `/events/${id}`}
          error={list.error}
          retry={list.retry}
          stale={list.loading}
          fresh={fresh}
          empty={<NoEvents filtered={filters.active > 0} sourceId={filters.values.source_id} />}
        />
      </Card>
      <Pager list={list} />
    </>
  );
}

function NoEvents({ filtered, sourceId }: { filtered: boolean; sourceId: string | undefined }) {
  const { isOperator } = useAccess();
  if (sourceId !== undefined) {
    return (
      <EmptyState icon="search" title="No event has that source ID">
        The source ID is the one that the publisher set. To open an event by its own ID, enter one that begins with{" "}
        <code className="n-mono">evt_</code>.
      </EmptyState>
    );
  }
  if (filtered) {
    return (
      <EmptyState icon="filter" title="No matching events">
        Remove a filter, or choose a longer time range.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="events" title="No events yet">
      {isOperator ? (
        <>
          Your application publishes events with <code className="n-mono">POST /v1/events</code>. You can also send one from
          here, once you have an <AppLink to="/endpoints">endpoint</AppLink>.
        </>
      ) : (
        "Events that your endpoints can receive appear here as they happen."
      )}
    </EmptyState>
  );
}
