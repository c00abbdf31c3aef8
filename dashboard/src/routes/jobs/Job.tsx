import { Skeleton } from "@mantine/core";
import { useRead } from "@/api/hooks";
import { JobProgress } from "@/components/blocks/JobProgress";
import { KeyValue } from "@/components/blocks/KeyValue";
import { Card } from "@/components/page/Card";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { IdText } from "@/components/inline/IdText";
import { TimeText } from "@/components/inline/TimeText";
import { useParam } from "@/url/hooks";

const KINDS: Record<string, string> = {
  retry: "Retry of deliveries",
  purge: "Purge of dead letters",
  recover: "Recovery of an endpoint",
  replay: "Replay of events",
  broadcast: "Broadcast",
  cancel_endpoint: "Deletion of an endpoint",
  cancel_tenant: "Deletion of a tenant",
  delete_project: "Deletion of the project",
};

/** One bulk operation: what it does, and how far it is. */
export default function JobScreen() {
  const id = useParam("id");
  const read = useRead(["jobs", id], (api, init) => api.GET("/v1/jobs/{id}", { ...init, params: { path: { id } } }));
  const job = read.data;
  const kind = job === undefined ? "Job" : (KINDS[job.kind] ?? job.kind);
  return (
    <>
      <PageHeader title={kind}>
        <IdText id={id} full what="job ID" />
      </PageHeader>
      {read.error !== null && job === undefined && <ProblemAlert error={read.error} title="Could not load the job" retry={() => void read.refetch()} />}
      {job === undefined && read.error === null && <Skeleton height={140} />}
      {job !== undefined && (
        <Card title="Progress">
          <JobProgress job={id} label={kind} />
          <KeyValue
            items={[
              ["Started", <TimeText key="started" at={job.created_at} as="full" />],
              ["Ended", job.finished_at == null ? undefined : <TimeText key="ended" at={job.finished_at} as="full" />],
            ]}
          />
        </Card>
      )}
    </>
  );
}
