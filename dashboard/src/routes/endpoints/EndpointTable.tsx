import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { type Column, DataTable } from "@/components/DataTable";
import { inShort } from "@/components/eventFilters";
import { Badge } from "@/components/StatusBadge";
import { TimeText } from "@/components/TimeText";
import { useNow } from "@/components/useNow";
import { counted, percent } from "@/format/number";
import { duration } from "@/format/time";
import { visible } from "@/format/text";
import type { CursorList } from "@/url/cursor";
import styles from "./Endpoints.module.css";
import { nameOf } from "./names";
import { rateTone, stateOf } from "./state";
import type { Endpoint } from "./types";
import { useEndpointStats } from "./useEndpointStats";

interface Props {
  list: Pick<CursorList<Endpoint>, "rows" | "error" | "retry" | "loading">;
  /** Whether they may be different tenants'. */
  tenant: boolean;
  empty: ReactNode;
}

/** As often as people look at a list again. */
const STATS_POLL_MS = 15_000;

/** Endpoints, one a row, each with how it did in the last hour. */
export function EndpointTable({ list, tenant, empty }: Props) {
  const columns: Column<Endpoint>[] = [
    { key: "endpoint", header: "Endpoint", cell: (endpoint) => <Name endpoint={endpoint} /> },
    ...(tenant ? [{ key: "tenant", header: "Tenant", cell: (endpoint: Endpoint) => endpoint.tenant }] : []),
    { key: "status", header: "Status", cell: (endpoint) => <State endpoint={endpoint} /> },
    {
      key: "events",
      header: "Events",
      wideOnly: true,
      cell: ({ events }) => <span className={styles.events}>{inShort(events)}</span>,
    },
    { key: "rate", header: "Success, 1 h", align: "end", cell: ({ id }) => <Rate id={id} /> },
    { key: "latency", header: "p50", align: "end", wideOnly: true, cell: ({ id }) => <Latency id={id} /> },
    { key: "backlog", header: "Backlog", align: "end", cell: ({ id }) => <Backlog id={id} /> },
    { key: "success", header: "Last success", align: "end", cell: ({ id }) => <LastSuccess id={id} /> },
  ];
  return (
    <DataTable
      caption="Endpoints"
      columns={columns}
      rows={list.rows}
      rowKey={({ id }) => id}
      rowTo={({ id }) => `/endpoints/${id}`}
      error={list.error}
      retry={list.retry}
      stale={list.loading}
      empty={empty}
    />
  );
}

function Name({ endpoint }: { endpoint: Endpoint }) {
  const named = endpoint.description != null && endpoint.description.trim() !== "";
  return (
    <span className={styles.name}>
      <span>{nameOf({ description: endpoint.description ?? null, url: endpoint.url })}</span>
      {named && <span className="n-mono n-muted n-small">{visible(endpoint.url)}</span>}
    </span>
  );
}

const useRowStats = (id: string) => useEndpointStats(id, { pollMs: STATS_POLL_MS });

function State({ endpoint }: { endpoint: Endpoint }) {
  const { label, tone, icon } = stateOf(endpoint, useRowStats(endpoint.id).data, useNow());
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  );
}

const Unknown = () => <span className="n-muted">–</span>;

function Rate({ id }: { id: string }) {
  const { data, error } = useRowStats(id);
  if (data === undefined) return error === null ? <Skeleton height={12} width={48} ml="auto" /> : <Unknown />;
  if (data.success_rate == null) return <Unknown />;
  return (
    <span className={styles.rate} data-tone={rateTone(data.success_rate)}>
      {percent(data.success_rate)}
    </span>
  );
}

function Latency({ id }: { id: string }) {
  const p50 = useRowStats(id).data?.attempt_time.p50_us;
  return p50 == null ? <Unknown /> : duration(p50);
}

function Backlog({ id }: { id: string }) {
  const { data } = useRowStats(id);
  if (data === undefined) return <Unknown />;
  return counted({ count: data.pending, more: data.pending_more });
}

function LastSuccess({ id }: { id: string }) {
  const { data } = useRowStats(id);
  return <TimeText past at={data?.last_success_at} none={data === undefined ? "–" : "never"} />;
}
