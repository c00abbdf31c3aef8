import type { ReactNode } from "react";
import { useAccess } from "@/api/access";
import { type Column, DataTable, type Selection } from "@/components/lists/DataTable";
import { Badge, StatusBadge, StatusCode } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { EndpointName } from "@/parts/endpoints/EndpointName";
import type { CursorList } from "@/url/cursor";
import styles from "./DeliveryTable.module.css";
import { Due } from "./Due";
import type { Delivery } from "./types";
import { errorSaid, reasonSaid, waitingLabel } from "./words";

interface Props {
  caption: string;
  list: Pick<CursorList<Delivery>, "rows" | "error" | "retry" | "loading">;
  empty: ReactNode;
  /** The deliveries are of one event, to one endpoint or of one tenant, which the table then does not repeat. */
  of?: "event" | "endpoint" | "tenant";
  /** They are final: when they ended says more than when they were made. */
  ended?: boolean;
  selection?: Selection;
  fresh?: (row: Delivery) => boolean;
  /** A button at the end of each row. */
  action?: (row: Delivery) => ReactNode;
}

/** Deliveries, one a row, for whoever may see them: a tenant is shown no tenants. */
export function DeliveryTable({ caption, list, empty, of, ended = false, selection, fresh, action }: Props) {
  const { isOperator } = useAccess();
  const first: Column<Delivery> =
    of === "event"
      ? { key: "endpoint", header: "Endpoint", cell: ({ endpoint }) => <EndpointName id={endpoint} plain /> }
      : { key: "type", header: "Event", cell: ({ type }) => <span className="n-mono">{type}</span> };
  const columns: Column<Delivery>[] = [
    first,
    { key: "status", header: "Status", cell: (row) => <State delivery={row} /> },
    ...(of === undefined || of === "tenant"
      ? [{ key: "endpoint", header: "Endpoint", cell: ({ endpoint }: Delivery) => <EndpointName id={endpoint} /> }]
      : []),
    ...(isOperator && of === undefined
      ? [{ key: "tenant", header: "Tenant", cell: ({ tenant }: Delivery) => tenant, wideOnly: true }]
      : []),
    { key: "answer", header: "Last response", cell: (row) => <Answer delivery={row} /> },
    { key: "attempts", header: "Attempts", align: "end", cell: ({ attempts }) => attempts },
    ended
      ? { key: "at", header: "Ended", align: "end", cell: ({ finished_at }) => <TimeText at={finished_at} /> }
      : { key: "at", header: "Created", align: "end", cell: ({ created_at }) => <TimeText at={created_at} /> },
    ...(action === undefined ? [] : [{ key: "action", header: "Actions", silent: true, align: "end" as const, cell: action }]),
  ];
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={list.rows}
      rowKey={({ id }) => id}
      rowTo={({ id }) => `/deliveries/${id}`}
      error={list.error}
      retry={list.retry}
      stale={list.loading}
      empty={empty}
      {...(selection === undefined ? {} : { selection })}
      {...(fresh === undefined ? {} : { fresh })}
    />
  );
}

/** Its state, with what a pending one waits for, and why one is dead that did not use up its attempts. */
function State({ delivery }: { delivery: Delivery }) {
  const { status, waiting, reason, next_attempt_at, test, replay_of } = delivery;
  const scheduled = waiting === null || waiting === "scheduled";
  return (
    <span className={styles.state}>
      <StatusBadge status={status} />
      {test && <Badge tone="idle">Test</Badge>}
      {replay_of != null && <Badge tone="idle">Replay</Badge>}
      {status === "pending" && (
        <span className="n-muted n-small">
          {!scheduled && waiting != null ? waitingLabel(waiting) : <Due at={next_attempt_at} />}
        </span>
      )}
      {reason != null && reason !== "attempts_exhausted" && <span className="n-muted n-small">{reasonSaid(reason).label}</span>}
    </span>
  );
}

/** What the last attempt brought: a status code, or why there is none. */
function Answer({ delivery: { last_status_code: code, last_error: error } }: { delivery: Delivery }) {
  if (code != null) return <StatusCode code={code} />;
  if (error != null) return <span className="n-danger">{errorSaid(error).label}</span>;
  return <span className="n-muted">–</span>;
}
