import { Button } from "@mantine/core";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { useInvalidate, useWrite } from "@/api/hooks";
import { JobProgress } from "@/components/blocks/JobProgress";
import { Icon } from "@/components/inline/Icon";
import { TimeText } from "@/components/inline/TimeText";
import { counted } from "@/format/number";
import type { Endpoint, EndpointStats } from "@/parts/endpoints/types";
import { ENDPOINT_TOUCHED } from "@/routes/endpoints/actions/usePause";
import styles from "./Endpoint.module.css";
import { outage, waitingCount } from "./waiting";

/** After or during an outage: how many deliveries wait for their schedules, and the button that attempts all of them now. */
export function WaitingBanner({ endpoint, stats }: { endpoint: Endpoint; stats: EndpointStats | undefined }) {
  const { canWrite } = useAccess();
  const invalidate = useInvalidate();
  const [job, setJob] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const start = useWrite((api, _: void) =>
    api.POST("/v1/endpoints/{id}/recover", { params: { path: { id: endpoint.id } }, body: { which: "pending" } }),
  );
  if (job !== null) {
    const done = () => {
      setOver(true);
      void invalidate(...ENDPOINT_TOUCHED);
    };
    return (
      <section className={styles.notice} aria-label="Attempting what waits">
        <div className={styles.progress}>
          <JobProgress key={job} job={job} label="Attempting all waiting deliveries" onDone={done} />
        </div>
        {over && (
          <Button variant="subtle" color="gray" onClick={() => setJob(null)}>
            Dismiss
          </Button>
        )}
      </section>
    );
  }
  const state = outage(endpoint, stats);
  if (state === null || stats === undefined) return null;
  const many = waitingCount(stats);
  const one = many === 1 && !stats.pending_more;
  const begin = () =>
    start.mutate(undefined, {
      onSuccess: ({ job: started }) => {
        if (started == null) return;
        setOver(false);
        setJob(started);
      },
    });
  return (
    <section className={styles.notice} data-tone={state === "failing" ? "bad" : "idle"} aria-label="Waiting deliveries">
      <Icon name="clock" size={18} />
      <p>
        <strong>
          {counted({ count: many, more: stats.pending_more })} {one ? "delivery is" : "deliveries are"} waiting
        </strong>{" "}
        for {one ? "its" : "their"} next attempt
        {stats.oldest_due != null && (
          <>
            , the first <TimeText toCome at={stats.oldest_due} none="now" />
          </>
        )}
        .{" "}
        {state === "failing"
          ? "If the receiver is fixed, attempt all of them now."
          : "The endpoint works again: there is no need to wait."}
      </p>
      {canWrite && (
        <Button loading={start.isPending} onClick={begin} leftSection={<Icon name="retry" size={14} />}>
          Attempt all waiting now
        </Button>
      )}
    </section>
  );
}
