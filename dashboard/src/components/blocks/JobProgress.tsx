import { useEffect, useRef } from "react";
import { useRead } from "@/api/hooks";
import { count } from "@/format/number";
import { Meter } from "@/components/inline/Meter";
import { ProblemAlert } from "@/components/page/ProblemAlert";

interface Props {
  job: string;
  /** What it does: `Retrying 1,204 deliveries`. */
  label: string;
  onDone?: () => void;
}

/** How far a bulk operation is, until it is done. It goes on without this page. */
export function JobProgress({ job, label, onDone }: Props) {
  const read = useRead(["jobs", job], (api, init) => api.GET("/v1/jobs/{id}", { ...init, params: { path: { id: job } } }), {
    poll: (last) => (last === undefined || last.state === "running" ? 1_000 : false),
  });
  const finished = read.data?.state === "finished";
  const failed = read.data?.state === "failed";
  const over = finished || failed;
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
        label={finished ? `${label}: done` : failed ? `${label}: failed` : label}
        value={finished && total === 0 ? 1 : done}
        max={finished && total === 0 ? 1 : total}
        text={`${count(done)} of ${count(total)}`}
        tone={finished ? "ok" : failed ? "bad" : "info"}
      />
      {read.data?.error != null && <p>{failed ? `Failed: ${read.data.error}` : `Trying again after an error: ${read.data.error}`}</p>}
    </div>
  );
}
