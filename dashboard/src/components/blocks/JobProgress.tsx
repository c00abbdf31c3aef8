import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useAccess } from "@/api/access";
import { useRead, useWrite } from "@/api/hooks";
import { count } from "@/format/number";
import { Meter } from "@/components/inline/Meter";
import { ProblemAlert } from "@/components/page/ProblemAlert";

interface Props {
  job: string;
  /** What it does: `Retrying 1,204 deliveries`. */
  label: string;
  onDone?: () => void;
}

/** How far a bulk operation is, until it is over. It goes on without this page; whoever may start one may cancel it. */
export function JobProgress({ job, label, onDone }: Props) {
  const read = useRead(["jobs", job], (api, init) => api.GET("/v1/jobs/{id}", { ...init, params: { path: { id: job } } }), {
    poll: (last) => (last === undefined || last.state === "running" ? 1_000 : false),
  });
  const { canWrite } = useAccess();
  const cancel = useWrite((api, _: null) => api.POST("/v1/jobs/{id}/cancel", { params: { path: { id: job } } }), {
    invalidates: [["jobs", job]],
  });
  const finished = read.data?.state === "finished";
  const failed = read.data?.state === "failed";
  const cancelled = read.data?.state === "cancelled";
  const over = finished || failed || cancelled;
  const told = useRef(false);
  useEffect(() => {
    if (!over || told.current) return;
    told.current = true;
    onDone?.();
  }, [over, onDone]);
  if (read.error !== null && read.data === undefined) return <ProblemAlert error={read.error} retry={() => void read.refetch()} />;
  const { done = 0, total = 0 } = read.data ?? {};
  return (
    <div role="status">
      <Meter
        label={finished ? `${label}: done` : failed ? `${label}: failed` : cancelled ? `${label}: cancelled` : label}
        value={finished && total === 0 ? 1 : done}
        max={finished && total === 0 ? 1 : total}
        text={`${count(done)} of ${count(total)}`}
        tone={finished ? "ok" : failed ? "bad" : cancelled ? "idle" : "info"}
      />
      {cancelled && <p>What was done before it was cancelled stays.</p>}
      {read.data?.state === "running" && canWrite && (
        <Button variant="subtle" color="gray" size="compact-sm" mt={6} loading={cancel.isPending} onClick={() => cancel.mutate(null)}>
          Cancel job
        </Button>
      )}
      {read.data?.error != null && !cancelled && <p>{failed ? `Failed: ${read.data.error}` : `Trying again after an error: ${read.data.error}`}</p>}
    </div>
  );
}
