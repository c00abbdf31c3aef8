import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { useRead } from "@/api/hooks";
import { useWords } from "@/api/words";
import { ConfirmButton } from "@/components/forms/Confirm";
import { Icon } from "@/components/inline/Icon";
import { counted } from "@/format/number";
import styles from "@/parts/deliveries/bulk/Bulk.module.css";
import { useShowJob } from "@/parts/deliveries/bulk/BulkJob";
import { FilterFacts } from "@/parts/deliveries/bulk/FilterFacts";
import type { DeadFilter } from "./filters";

/** Retries or purges all that match, not only those on this page. */
export function BulkButtons({ filter }: { filter: DeadFilter }) {
  const { api, isOperator } = useAccess();
  const say = useWords();
  const showJob = useShowJob();
  const narrowed = Object.keys(filter).length > 0;
  const retry = async () => {
    const { job } = await must(api.POST("/v1/dead-letters/retry", { body: { filter } }));
    if (job != null) showJob(job, "retry");
  };
  const purge = async () => {
    // It was typed out before: an empty filter is meant.
    const { job } = await must(api.POST("/v1/dead-letters/purge", { body: { filter, confirm: true } }));
    showJob(job, "purge");
  };
  return (
    <>
      {isOperator && (
        <ConfirmButton
          label={narrowed ? "Purge matching…" : "Purge all…"}
          button={{ className: "n-danger" }}
          title={narrowed ? "Purge all matching dead letters?" : "Purge all dead letters?"}
          confirm="Purge"
          typed="purge"
          onConfirm={purge}
        >
          <Which filter={filter} />
          They are deleted with their attempts, and cannot be retried. This cannot be undone.
        </ConfirmButton>
      )}
      <ConfirmButton
        label={narrowed ? "Retry matching…" : "Retry all…"}
        button={{ variant: "filled", leftSection: <Icon name="retry" size={14} /> }}
        title={say(narrowed ? "Retry all matching dead letters?" : "Retry all dead letters?")}
        confirm="Retry"
        danger={false}
        onConfirm={retry}
      >
        <Which filter={filter} />
        Each becomes pending again with a new retry schedule, including those on other pages. This runs in the background.
      </ConfirmButton>
    </>
  );
}

/** What it is for, in words, before it is done. */
function Which({ filter }: { filter: DeadFilter }) {
  const { isOperator } = useAccess();
  const say = useWords();
  const narrowed = Object.keys(filter).length > 0;
  const overview = useRead(
    ["overview", "dead"],
    (api, init) => api.GET("/v1/overview", { ...init, params: { query: { window_seconds: 60 } } }),
    { enabled: !narrowed },
  );
  if (!narrowed) {
    const many = overview.data === undefined ? "All" : counted(overview.data.dead_letters);
    return <p className={styles.which}>{isOperator ? `${many} dead letters of this project.` : `${many} ${say("dead letters of yours")}.`}</p>;
  }
  return (
    <div className={styles.which}>
      <p>{say("All dead letters that match")}</p>
      <FilterFacts filter={filter} />
    </div>
  );
}
