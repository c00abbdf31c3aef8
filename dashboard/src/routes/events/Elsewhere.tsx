import { Button } from "@mantine/core";
import { useAccess } from "@/api/access";
import { useRead, useWrite } from "@/api/hooks";
import { Card } from "@/components/page/Card";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { visible } from "@/format/text";
import { EndpointName } from "@/parts/endpoints/EndpointName";
import { type Meeting, passedOver, whyNot } from "./explained";
import { TOUCHED_BY_REPLAY } from "./Replay";
import styles from "./Event.module.css";

/** The endpoints of the tenant that an event did not go to, and why. */
export function Elsewhere({ event: id, erased }: { event: string; erased: boolean }) {
  const { canWrite } = useAccess();
  const read = useRead(["events", id, "explain"], (api, init) =>
    api.GET("/v1/events/{id}/explain", { ...init, params: { path: { id } } }),
  );
  const replay = useWrite(
    (api, endpoint: string) => api.POST("/v1/events/{id}/replay", { params: { path: { id } }, body: { endpoint } }),
    { invalidates: TOUCHED_BY_REPLAY, done: "Delivery created" },
  );
  const without = read.data === undefined ? undefined : passedOver(read.data.data);
  if (without === undefined) return read.error === null ? null : <ProblemAlert error={read.error} retry={() => void read.refetch()} />;
  if (without.length === 0) return null;
  const columns: Column<Meeting>[] = [
    { key: "endpoint", header: "Endpoint", cell: ({ endpoint }) => <EndpointName id={endpoint} plain /> },
    { key: "why", header: "Reason", cell: ({ reason, because }) => <Reason text={whyNot(reason)} detail={because?.field === "filter" ? because.detail : null} /> },
    {
      key: "filter",
      header: "Its event types",
      cell: ({ filters }) => (
        <span className={styles.filters}>
          {filters.map((filter) => (
            <code key={filter} className="n-mono">
              {visible(filter)}
            </code>
          ))}
        </span>
      ),
    },
    ...(canWrite && !erased
      ? [
          {
            key: "send",
            header: "Actions",
            silent: true,
            align: "end" as const,
            cell: (row: Meeting) =>
              row.url !== null && (
                <Button
                  variant="default"
                  size="compact-xs"
                  loading={replay.isPending && replay.variables === row.endpoint}
                  onClick={() => replay.mutate(row.endpoint)}
                >
                  Send to this endpoint
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <Card title="Endpoints that did not get it" flush>
      <DataTable
        caption="Endpoints that did not get the event"
        columns={columns}
        rows={without}
        rowKey={({ endpoint }) => endpoint}
        rowTo={({ endpoint }) => `/endpoints/${endpoint}`}
        empty={null}
      />
    </Card>
  );
}

function Reason({ text, detail }: { text: string; detail: string | null }) {
  return (
    <>
      {text}
      {detail !== null && <span className="n-muted n-small n-wrap"> {visible(detail)}</span>}
    </>
  );
}
