import type { ReactNode } from "react";
import { useAccess } from "@/api/access";
import type { components } from "@/api/schema";
import { Badge, StatusCode } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { duration } from "@/format/time";
import { errorSaid, triggerLabel } from "@/parts/deliveries/words";
import { EndpointName } from "@/parts/endpoints/EndpointName";
import type { CursorList } from "@/url/cursor";

export type AttemptItem = components["schemas"]["AttemptItem"];

interface Props {
  caption: string;
  list: Pick<CursorList<AttemptItem>, "rows" | "error" | "retry" | "loading">;
  empty: ReactNode;
  /** They are all to one endpoint, which the table then does not repeat. */
  of?: "endpoint";
}

/** Attempts, one a row; each leads to its delivery, with that attempt shown. */
export function AttemptTable({ caption, list, empty, of }: Props) {
  const { isOperator } = useAccess();
  const columns: Column<AttemptItem>[] = [
    { key: "type", header: "Event", cell: ({ type }) => <span className="n-mono">{type}</span> },
    { key: "result", header: "Result", cell: (row) => <Result attempt={row} /> },
    ...(of === undefined
      ? [{ key: "endpoint", header: "Endpoint", cell: ({ endpoint }: AttemptItem) => <EndpointName id={endpoint} /> }]
      : []),
    ...(isOperator && of === undefined
      ? [{ key: "tenant", header: "Tenant", cell: ({ tenant }: AttemptItem) => tenant, wideOnly: true }]
      : []),
    { key: "trigger", header: "Trigger", cell: ({ trigger }) => triggerLabel(trigger), wideOnly: true },
    { key: "number", header: "Attempt", align: "end", cell: ({ number }) => number },
    { key: "took", header: "Took", align: "end", cell: ({ duration_ms }) => duration(duration_ms * 1_000) },
    { key: "at", header: "Started", align: "end", cell: ({ started_at }) => <TimeText at={started_at} /> },
  ];
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={list.rows}
      rowKey={({ id }) => id}
      rowTo={({ delivery, number }) => `/deliveries/${delivery}?attempt=${number}`}
      error={list.error}
      retry={list.retry}
      stale={list.loading}
      empty={empty}
    />
  );
}

function Result({ attempt: { status_code: code, error, test } }: { attempt: AttemptItem }) {
  return (
    <>
      {code != null && <StatusCode code={code} />}{" "}
      {error != null && error !== "status" && <span className="n-danger">{errorSaid(error).label}</span>}{" "}
      {test && <Badge tone="idle">Test</Badge>}
    </>
  );
}
