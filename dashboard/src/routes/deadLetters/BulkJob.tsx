import { Button } from "@mantine/core";
import { useCallback, useState } from "react";
import { useInvalidate } from "@/api/hooks";
import { JobProgress } from "@/components/blocks/JobProgress";
import { useJobInAddress, useSearchText, useSetSearch } from "@/url/hooks";
import styles from "./DeadLetters.module.css";

/** How far a bulk operation is. The address names it, so that it is still there when the page is loaded again. */
export function BulkJob() {
  const job = useJobInAddress();
  const { doing } = useSearchText();
  const setSearch = useSetSearch();
  const invalidate = useInvalidate();
  const [finished, setFinished] = useState<string | null>(null);
  const onDone = useCallback(() => {
    setFinished(job ?? null);
    void invalidate(["dead-letters"], ["deliveries"], ["overview"]);
  }, [job, invalidate]);
  if (job === undefined) return null;
  return (
    <div className={`n-card ${styles.job}`}>
      <JobProgress key={job} job={job} label={doing === "purge" ? "Purging dead letters" : "Retrying dead letters"} onDone={onDone} />
      {finished === job && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => setSearch(({ job: _, doing: __, ...rest }) => rest, { replace: true })}
        >
          Dismiss
        </Button>
      )}
    </div>
  );
}
