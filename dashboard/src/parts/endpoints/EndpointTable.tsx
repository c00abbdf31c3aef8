import type { ReactNode } from "react";
import { useWords } from "@/api/words";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { inShort } from "@/parts/catalog/eventFilters";
import { Badge } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { useNow } from "@/components/inline/useNow";
import { counted, percent } from "@/format/number";
import { visible } from "@/format/text";
import type { CursorList } from "@/url/cursor";
import styles from "./EndpointTable.module.css";
import { nameOf } from "./names";
import { rateTone, stateOf } from "./state";
import type { Listed } from "./types";

interface Props {
  list: Pick<CursorList<Listed>, "rows" | "error" | "retry" | "loading">;
  /** Whether they may be different tenants'. */
  tenant: boolean;
  empty: ReactNode;
}

/** Endpoints, one a row, each with how it did in this hour and the one before. */
export function EndpointTable({ list, tenant, empty }: Props) {
  const say = useWords();
  const columns: Column<Listed>[] = [
    { key: "endpoint", header: "Endpoint", cell: (endpoint) => <Name endpoint={endpoint} /> },
    ...(tenant ? [{ key: "tenant", header: "Tenant", cell: (endpoint: Listed) => endpoint.tenant }] : []),
    { key: "status", header: "Status", cell: (endpoint) => <State endpoint={endpoint} /> },
    {
      key: "events",
      header: "Events",
      wideOnly: true,
      cell: ({ events }) => <span className={styles.events}>{inShort(events)}</span>,
    },
    { key: "rate", header: "Success rate", align: "end", cell: ({ health }) => <Rate health={health} /> },
    {
      key: "backlog",
      header: say("Backlog"),
      align: "end",
      cell: ({ health }) => (health == null ? <span className="n-muted">–</span> : counted(health.pending)),
    },
    {
      key: "success",
      header: "Last success",
      align: "end",
      cell: ({ health }) => <TimeText at={health?.last_success_at} none="–" />,
    },
    {
      key: "failure",
      header: "Last failure",
      align: "end",
      wideOnly: true,
      cell: ({ health }) => <TimeText at={health?.last_failure_at} none="–" />,
    },
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

function Name({ endpoint }: { endpoint: Listed }) {
  const named = endpoint.description != null && endpoint.description.trim() !== "";
  return (
    <span className={styles.name}>
      <span>{nameOf({ description: endpoint.description ?? null, url: endpoint.url })}</span>
      {named && <span className="n-mono n-muted n-small">{visible(endpoint.url)}</span>}
    </span>
  );
}

/** What keeps it from working, or that nothing does; the rest of what is wrong stands beside it. */
function State({ endpoint }: { endpoint: Listed }) {
  const say = useWords();
  const breaker = endpoint.health?.breaker ?? null;
  const { label, tone, icon } = stateOf(endpoint, breaker, useNow());
  const backlog = endpoint.health?.trouble.includes("backlog") === true && !endpoint.disabled;
  const expired = endpoint.health?.trouble.includes("certificate_expired") === true;
  const expiring = endpoint.health?.trouble.includes("certificate_expiring") === true;
  const plan = endpoint.health?.trouble.includes("plan") === true;
  return (
    <span className={styles.state}>
      <Badge tone={tone} icon={icon}>
        {label}
      </Badge>
      {backlog && <Badge tone="warn">{say("Backlog")}</Badge>}
      {expired && <Badge tone="bad">Certificate expired</Badge>}
      {expiring && <Badge tone="warn">Certificate expires soon</Badge>}
      {plan && <Badge tone="warn">Plan without webhooks</Badge>}
    </span>
  );
}

function Rate({ health }: { health: Listed["health"] }) {
  const rate = health?.success_rate;
  if (rate == null) return <span className="n-muted">–</span>;
  return (
    <span className={styles.rate} data-tone={rateTone(rate)}>
      {percent(rate)}
    </span>
  );
}
