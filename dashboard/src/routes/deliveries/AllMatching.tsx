import { Skeleton } from "@mantine/core";
import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { useRead } from "@/api/hooks";
import { useWords } from "@/api/words";
import { ConfirmButton } from "@/components/forms/Confirm";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { Icon } from "@/components/inline/Icon";
import { plural } from "@/format/number";
import styles from "@/parts/deliveries/bulk/Bulk.module.css";
import { useShowJob } from "@/parts/deliveries/bulk/BulkJob";
import { FilterFacts } from "@/parts/deliveries/bulk/FilterFacts";
import type { BulkFilter } from "@/parts/deliveries/bulk/filterWords";
import type { Resendable } from "./selection";

interface Props {
  status: Resendable;
  /** What else the list is narrowed to. */
  filter: BulkFilter;
}

/** Attempts everything now that waits, or retries everything that is dead, among all deliveries that match. */
export function AllMatching({ status, filter }: Props) {
  const { api } = useAccess();
  const say = useWords();
  const showJob = useShowJob();
  const waiting = status === "pending";
  const body = { filter: { ...filter, status } };
  const start = async () => {
    const { job } = await must(api.POST("/v1/deliveries/retry", { body }));
    if (job != null) showJob(job, waiting ? "attempt" : "retry");
  };
  return (
    <ConfirmButton
      label={waiting ? "Attempt all waiting now…" : say("Retry all dead…")}
      button={{ leftSection: <Icon name="retry" size={14} /> }}
      title={waiting ? "Attempt all waiting deliveries now?" : say("Retry all dead deliveries?")}
      confirm={waiting ? "Attempt now" : "Retry"}
      danger={false}
      onConfirm={start}
    >
      <Which body={body} />
      {waiting
        ? "Each gets one more attempt now. Their retry schedules stay as they are. You can cancel while it runs."
        : "Each becomes pending again with a new retry schedule. You can cancel while it runs."}
    </ConfirmButton>
  );
}

/** How many there are, and what they have in common. */
function Which({ body: { filter } }: { body: { filter: BulkFilter & { status: Resendable } } }) {
  const say = useWords();
  const { status, ...rest } = filter;
  const counted = useRead(["deliveries", "count", filter], (api, init) =>
    api.POST("/v1/deliveries/retry", { ...init, body: { filter, dry_run: true } }),
  );
  const narrowed = Object.keys(rest).length > 0;
  const kind = status === "pending" ? "waiting" : say("dead");
  return (
    <div className={styles.which}>
      {counted.error !== null ? (
        <ProblemAlert error={counted.error} />
      ) : counted.data === undefined ? (
        <Skeleton height={14} width={180} />
      ) : (
        <p>
          <strong>{plural(counted.data.count, `${kind} delivery`, `${kind} deliveries`)}</strong>
          {narrowed && " that match:"}
        </p>
      )}
      <FilterFacts filter={rest} />
    </div>
  );
}
